package dev.theca.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Functions of the C library that are no system calls: starting a process is one, because only the
 * library may fork beside a virtual machine's threads. All go by one signature of six words; a
 * function that takes fewer does not look at the rest.
 */
final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LIBRARY = library();
  private static final FunctionDescriptor SIX =
      FunctionDescriptor.of(
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG);

  private final MethodHandle handle;

  private Libc(MethodHandle handle) {
    this.handle = handle;
  }

  @SuppressWarnings("restricted") // looks native code up, as Native does
  private static SymbolLookup library() {
    return SymbolLookup.libraryLookup("libc.so.6", Arena.global());
  }

  @SuppressWarnings("restricted") // links it
  static Libc function(String name) {
    return new Libc(LINKER.downcallHandle(LIBRARY.findOrThrow(name), SIX));
  }

  /** The function's int result. */
  int call(long a, long b, long c, long d, long e, long f) {
    try {
      long result = (long) handle.invokeExact(a, b, c, d, e, f);
      return (int) result;
    } catch (RuntimeException | Error e1) {
      throw e1;
    } catch (Throwable t) {
      throw new IllegalStateException("a native call failed in an impossible way", t);
    }
  }

  int call(long a, long b, long c) {
    return call(a, b, c, 0, 0, 0);
  }
}
