package dev.theca.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An io_uring(7) for commands to a driver (IORING_OP_URING_CMD) with submissions of 128 bytes. Of
 * one thread: the one that opened it submits, waits and closes.
 *
 * <p>No more commands may be under way than there are entries; then neither ring can overflow.
 */
public final class IoUring implements AutoCloseable {
  private static final int SQE128 = 1 << 10;
  private static final int SINGLE_ISSUER = 1 << 12;
  private static final int DEFER_TASKRUN = 1 << 13;
  private static final int FEAT_SINGLE_MMAP = 1;
  private static final int SHARED_POPULATE = 0x8001;
  private static final long SQES = 0x10000000L;
  private static final int GETEVENTS = 1;
  private static final byte URING_CMD = 46;
  private static final int SQE = 128;
  private static final int CQE = 16;
  private static final int COMMAND = 48;
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  private final Arena arena = Arena.ofConfined();
  private final int fd;
  private final MemorySegment rings;
  private final ByteBuffer sqes;
  private final ByteBuffer[] commands;
  private final long sqTailAt;
  private final long cqHeadAt;
  private final long cqTailAt;
  private final long cqesAt;
  private final int sqMask;
  private final int cqMask;
  private int sqTail;
  private int pending;
  private int cqHead;
  private long userData;
  private int result;

  private IoUring(int entries) {
    MemorySegment params = arena.allocate(120, 8);
    params.set(ValueLayout.JAVA_INT, 8, SQE128 | SINGLE_ISSUER | DEFER_TASKRUN);
    long opened = Native.call(Syscall.IO_URING_SETUP, entries, params.address(), 0);
    if (opened < 0) {
      arena.close();
      throw new LinuxException("io_uring_setup", (int) -opened);
    }
    fd = (int) opened;
    try {
      if ((at(params, 20) & FEAT_SINGLE_MMAP) == 0)
        throw new LinuxException("io_uring with one mapping", Errno.ENOSYS);
      int sqEntries = at(params, 0);
      long size = Math.max(at(params, 64) + 4L * sqEntries, at(params, 100) + 16L * at(params, 4));
      rings = PageMemory.map(arena, "map an io_uring", size, SHARED_POPULATE, fd, 0);
      sqes =
          PageMemory.map(
                  arena, "map an io_uring", (long) sqEntries * SQE, SHARED_POPULATE, fd, SQES)
              .asByteBuffer()
              .order(ByteOrder.LITTLE_ENDIAN);
      sqTailAt = at(params, 44);
      cqHeadAt = at(params, 80);
      cqTailAt = at(params, 84);
      cqesAt = at(params, 100);
      sqMask = at(rings, at(params, 48));
      cqMask = at(rings, at(params, 88));
      sqTail = at(rings, sqTailAt);
      cqHead = at(rings, cqHeadAt);
      commands = new ByteBuffer[sqEntries];
      for (int i = 0; i < sqEntries; i++) {
        rings.set(ValueLayout.JAVA_INT, at(params, 64) + 4L * i, i);
        commands[i] = sqes.slice(i * SQE + COMMAND, SQE - COMMAND).order(ByteOrder.LITTLE_ENDIAN);
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static int at(MemorySegment memory, long offset) {
    return memory.get(ValueLayout.JAVA_INT, offset);
  }

  /** Opens one with room for at least {@code entries} commands under way. */
  public static IoUring open(int entries) {
    return new IoUring(Integer.highestOneBit(Math.max(1, 2 * entries - 1)));
  }

  /**
   * Puts a command to the driver of {@code device} in line. Returns the 80 bytes that the driver
   * defines, zero, to be filled before {@link #enter}; {@code userData} comes back with the
   * completion.
   */
  public ByteBuffer command(Fd device, int operation, long userData) {
    int slot = sqTail & sqMask;
    int base = slot * SQE;
    for (int i = 0; i < SQE; i += 8) sqes.putLong(base + i, 0);
    sqes.put(base, URING_CMD)
        .putInt(base + 4, device.number())
        .putInt(base + 8, operation)
        .putLong(base + 32, userData);
    sqTail++;
    pending++;
    return commands[slot];
  }

  /** As {@link #command}, with a list of buffers that {@link #vector} has written. */
  public ByteBuffer command(
      Fd device, int operation, long userData, ByteBuffer vectors, int count) {
    ByteBuffer area = command(device, operation, userData);
    int base = (sqTail - 1 & sqMask) * SQE;
    sqes.putLong(base + 16, Native.direct(vectors).address()).putInt(base + 24, count);
    return area;
  }

  /** Writes a {@code struct iovec} for the whole of a direct buffer; it must outlive its use. */
  public static void vector(ByteBuffer vectors, int index, ByteBuffer buffer) {
    vectors.putLong(index * 16, Native.direct(buffer).address() - buffer.position());
    vectors.putLong(index * 16 + 8, buffer.capacity());
  }

  /**
   * Submits what is in line and waits until {@code atLeast} completions are there (io_uring_enter
   * (2)). A signal ends the wait early.
   */
  public void enter(int atLeast) {
    INT.setRelease(rings, sqTailAt, sqTail);
    long done = Native.call(Syscall.IO_URING_ENTER, fd, pending, atLeast, GETEVENTS, 0, 0);
    if (done >= 0) pending -= (int) done;
    else if (done != -Errno.EINTR && done != -Errno.EAGAIN && done != -Errno.EBUSY)
      throw new LinuxException("io_uring_enter", (int) -done);
  }

  /** Takes the next completion; false when there is none at the moment. */
  public boolean next() {
    int tail = (int) INT.getAcquire(rings, cqTailAt);
    if (cqHead == tail) return false;
    long at = cqesAt + (long) (cqHead & cqMask) * CQE;
    userData = rings.get(ValueLayout.JAVA_LONG, at);
    result = rings.get(ValueLayout.JAVA_INT, at + 8);
    cqHead++;
    INT.setRelease(rings, cqHeadAt, cqHead);
    return true;
  }

  /** Of the completion that was taken last. */
  public long userData() {
    return userData;
  }

  /** Of the completion that was taken last: the driver's answer, or minus errno. */
  public int result() {
    return result;
  }

  /** Ends it; commands under way are withdrawn. */
  @Override
  public void close() {
    if (!arena.scope().isAlive()) return;
    arena.close();
    Native.call(Syscall.CLOSE, fd, 0, 0);
  }
}
