package dev.theca.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * pread(2) and pwrite(2) straight from and to an array, without a copy. The collector waits for
 * such a call: only for files that the page cache or a local disk answers. Linked when first used.
 */
final class HeapCalls {
  private static final VarHandle ERRNO =
      Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle SYSCALL = link();

  private HeapCalls() {}

  @SuppressWarnings("restricted") // links native code, beside Native
  private static MethodHandle link() {
    var type =
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG);
    var address = SymbolLookup.libraryLookup("libc.so.6", Arena.global()).findOrThrow("syscall");
    return Linker.nativeLinker()
        .downcallHandle(
            address,
            type,
            Linker.Option.captureCallState("errno"),
            Linker.Option.critical(true),
            Linker.Option.firstVariadicArg(1));
  }

  /** Bytes moved, or minus errno. */
  static int call(Syscall number, int fd, byte[] array, int from, int size, long offset) {
    MemorySegment state = Native.state();
    MemorySegment part = MemorySegment.ofArray(array).asSlice(from, size);
    try {
      long result =
          (long) SYSCALL.invokeExact(state, number.number, (long) fd, part, (long) size, offset);
      return (int) (result == -1 ? -(int) ERRNO.get(state, 0L) : result);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable t) {
      throw new IllegalStateException("a native call failed in an impossible way", t);
    }
  }
}
