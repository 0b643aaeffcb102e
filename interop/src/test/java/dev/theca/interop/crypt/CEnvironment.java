package dev.theca.interop.crypt;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** setenv(3): a PKCS#11 module asks the C library, whose environment Java cannot change. */
final class CEnvironment {
  private CEnvironment() {}

  static void set(String name, String value) throws Exception {
    var linker = Linker.nativeLinker();
    var function =
        linker.downcallHandle(
            linker.defaultLookup().find("setenv").orElseThrow(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    try (var arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocateFrom(name);
      int result = (int) function.invokeExact(key, arena.allocateFrom(value), 1);
      if (result != 0) throw new IllegalStateException("setenv failed");
    } catch (Throwable e) {
      throw new IllegalStateException("cannot call setenv", e);
    }
  }
}
