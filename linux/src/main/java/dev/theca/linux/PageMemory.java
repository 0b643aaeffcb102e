package dev.theca.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory outside the heap: page-aligned, zero at first, and taken from the machine only where it
 * was touched (mmap(2)). Views of a closed one throw; they never reach foreign memory.
 */
public final class PageMemory implements AutoCloseable {
  public static final int PAGE = 4096;

  private static final int READ_WRITE = 3;
  private static final int PRIVATE_ANONYMOUS = 0x22;

  // Shared: the owner closes what a thread of its own has used and left.
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;

  private PageMemory(long bytes) {
    memory = map(arena, "map memory", bytes, PRIVATE_ANONYMOUS, -1, 0);
  }

  /** Maps {@code bytes}, rounded up to whole pages. */
  public static PageMemory allocate(long bytes) {
    return new PageMemory((bytes + PAGE - 1) / PAGE * PAGE);
  }

  /** A mapping that lives as long as its arena. */
  @SuppressWarnings("restricted") // gives a size to what mmap answered
  static MemorySegment map(Arena arena, String what, long bytes, int flags, int fd, long offset) {
    long at = Native.must(what, Syscall.MMAP, 0, bytes, READ_WRITE, flags, fd, offset);
    return MemorySegment.ofAddress(at)
        .reinterpret(
            bytes, arena, mapped -> Native.call(Syscall.MUNMAP, mapped.address(), bytes, 0));
  }

  /** A little-endian view of {@code size} bytes from {@code at}. */
  public ByteBuffer view(long at, int size) {
    return memory.asSlice(at, size).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) arena.close();
  }
}
