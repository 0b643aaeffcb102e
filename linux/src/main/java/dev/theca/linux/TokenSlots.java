package dev.theca.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Lists the tokens of a PKCS#11 module, which the JDK's provider does not: it knows slots by number
 * only, and modules may number them anew. Structures and numbers are those of PKCS #11 2.40, on
 * machines where CK_ULONG has 64 bits. Loads the module into this process and leaves it there.
 */
public final class TokenSlots {
  private static final long OK = 0;
  private static final long ALREADY_INITIALIZED = 0x191;
  private static final int MAX_SLOTS = 256;

  /** CK_TOKEN_INFO: label[32], manufacturerID[32], model[16], serialNumber[16], ... */
  private static final int LABEL_BYTES = 32;

  private static final int SERIAL_AT = 80;
  private static final int SERIAL_BYTES = 16;
  private static final int INFO_BYTES = 256; // CK_TOKEN_INFO has 208

  private final SymbolLookup module;
  private final Path path;

  private TokenSlots(Path path, SymbolLookup module) {
    this.path = path;
    this.module = module;
  }

  /** A slot that holds a token; label and serial number without their padding. */
  public record Slot(long id, String label, String serial) {}

  /** The slots with a token, in the module's order. */
  @SuppressWarnings("restricted") // this room links native code
  public static synchronized List<Slot> of(Path path) {
    SymbolLookup module;
    try {
      module = SymbolLookup.libraryLookup(path, Arena.global());
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "the PKCS#11 module " + path + " cannot be loaded; install it, or correct the path", e);
    }
    return new TokenSlots(path, module).list();
  }

  private List<Slot> list() {
    long initialized = call("C_Initialize", MemorySegment.NULL);
    if (initialized != ALREADY_INITIALIZED) check("C_Initialize", initialized);
    try (Arena arena = Arena.ofConfined()) {
      var count = arena.allocate(ValueLayout.JAVA_LONG);
      var ids = arena.allocate(ValueLayout.JAVA_LONG, MAX_SLOTS);
      count.set(ValueLayout.JAVA_LONG, 0, MAX_SLOTS);
      check("C_GetSlotList", slotList(ids, count));
      var slots = new ArrayList<Slot>();
      for (int i = 0; i < count.get(ValueLayout.JAVA_LONG, 0); i++) {
        long id = ids.getAtIndex(ValueLayout.JAVA_LONG, i);
        var info = arena.allocate(INFO_BYTES);
        if (tokenInfo(id, info) == OK)
          slots.add(new Slot(id, text(info, 0, LABEL_BYTES), text(info, SERIAL_AT, SERIAL_BYTES)));
      }
      return List.copyOf(slots);
    } finally {
      if (initialized == OK) call("C_Finalize", MemorySegment.NULL);
    }
  }

  private static String text(MemorySegment info, int at, int bytes) {
    byte[] raw = info.asSlice(at, bytes).toArray(ValueLayout.JAVA_BYTE);
    return new String(raw, StandardCharsets.UTF_8).strip();
  }

  private void check(String function, long result) {
    if (result != OK)
      throw new IllegalStateException(
          path + ": " + function + " gave 0x" + Long.toHexString(result) + " (PKCS #11 CKR_...)");
  }

  private long slotList(MemorySegment ids, MemorySegment count) {
    var type =
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_BYTE, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    try {
      long result =
          (long) link("C_GetSlotList", type).invokeExact((byte) 1 /* with token */, ids, count);
      return result;
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  private long tokenInfo(long slot, MemorySegment info) {
    var type =
        FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);
    try {
      long result = (long) link("C_GetTokenInfo", type).invokeExact(slot, info);
      return result;
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  private long call(String function, MemorySegment argument) {
    var type = FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);
    try {
      long result = (long) link(function, type).invokeExact(argument);
      return result;
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  @SuppressWarnings("restricted") // this room links native code
  private MethodHandle link(String function, FunctionDescriptor type) {
    var address =
        module
            .find(function)
            .orElseThrow(
                () -> new IllegalStateException(path + " is no PKCS#11 module: no " + function));
    return Linker.nativeLinker().downcallHandle(address, type);
  }

  private static RuntimeException impossible(Throwable t) {
    if (t instanceof Error error) throw error;
    if (t instanceof RuntimeException fault) return fault;
    return new IllegalStateException("a native call failed in an impossible way", t);
  }
}
