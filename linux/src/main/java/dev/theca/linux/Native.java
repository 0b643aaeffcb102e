package dev.theca.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * Calls into the C library. Every call goes through {@code syscall(2)} with six long arguments: one
 * linked signature for all of them, because each further one costs start-up time. {@code errno} is
 * captured by the linker, before anything of the JVM can change it.
 */
final class Native {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final long ERRNO =
      STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle SYSCALL = link();

  /** Where errno lands: one segment for each thread, freed with it; a call allocates nothing. */
  private static final ThreadLocal<MemorySegment> STATES =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

  private Native() {}

  @SuppressWarnings("restricted") // the one place that links native code
  private static MethodHandle link() {
    var type =
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG);
    var address = SymbolLookup.libraryLookup("libc.so.6", Arena.global()).findOrThrow("syscall");
    return LINKER.downcallHandle(
        address, type, Linker.Option.captureCallState("errno"), Linker.Option.firstVariadicArg(1));
  }

  /** This thread's place for errno. */
  static MemorySegment state() {
    return STATES.get();
  }

  /** The result, or minus errno. */
  static long call(Syscall number, long a, long b, long c, long d, long e, long f) {
    MemorySegment state = state();
    try {
      long result = (long) SYSCALL.invokeExact(state, number.number, a, b, c, d, e, f);
      return result == -1 ? -state.get(ValueLayout.JAVA_INT, ERRNO) : result;
    } catch (RuntimeException | Error e1) {
      throw e1;
    } catch (Throwable t) {
      throw new IllegalStateException("a native call failed in an impossible way", t);
    }
  }

  static long call(Syscall number, long a, long b, long c) {
    return call(number, a, b, c, 0, 0, 0);
  }

  /** As {@link #call}, but a failure is a {@link LinuxException} that says what was tried. */
  static long must(String what, Syscall number, long a, long b, long c, long d, long e, long f) {
    long result = call(number, a, b, c, d, e, f);
    if (result < 0) throw new LinuxException(what, (int) -result);
    return result;
  }

  static long must(String what, Syscall number, long a, long b, long c) {
    return must(what, number, a, b, c, 0, 0, 0);
  }

  /** Whether a buffer is off the heap, so that its address holds still. */
  static MemorySegment direct(java.nio.ByteBuffer buffer) {
    if (!buffer.isDirect()) throw new IllegalArgumentException("a direct buffer is needed");
    return MemorySegment.ofBuffer(buffer);
  }

  /** A NUL-terminated copy of bytes that hold no NUL themselves. */
  static MemorySegment text(Arena arena, byte[] value) {
    for (byte b : value) if (b == 0) throw new IllegalArgumentException("a name with NUL");
    MemorySegment copy = arena.allocate(value.length + 1L);
    MemorySegment.copy(value, 0, copy, java.lang.foreign.ValueLayout.JAVA_BYTE, 0, value.length);
    return copy;
  }

  /** A NUL-terminated copy. */
  static MemorySegment text(Arena arena, String value) {
    return arena.allocateFrom(value, StandardCharsets.UTF_8);
  }
}
