package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code uuid.parse}: what an identifier of RFC 4122 says of itself; undefined where it is none.
 */
final class Uuids {
  /** From 1582, where such clocks begin, to 1970, in steps of 100 ns. */
  private static final long EPOCH = 122_192_928_000_000_000L;

  private static final String URN = "urn:uuid:";

  private Uuids() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of(
            "uuid.parse",
            "string -> object",
            (_, a) -> {
              byte[] id = bytes(Searching.text(a[0]));
              return id == null ? null : described(id);
            }));
  }

  private static byte @Nullable [] bytes(String text) {
    String plain = text;
    if (plain.length() == 45 && plain.regionMatches(true, 0, URN, 0, URN.length()))
      plain = plain.substring(URN.length());
    // whatever stands around it is taken for braces
    else if (plain.length() == 38) plain = plain.substring(1, 37);
    if (plain.length() == 36) {
      for (int at : new int[] {8, 13, 18, 23}) if (plain.charAt(at) != '-') return null;
      plain =
          plain.substring(0, 8)
              + plain.substring(9, 13)
              + plain.substring(14, 18)
              + plain.substring(19, 23)
              + plain.substring(24);
    }
    if (plain.length() != 32) return null;
    for (int i = 0; i < plain.length(); i++)
      if (!HexFormat.isHexDigit(plain.charAt(i))) return null;
    return HexFormat.of().parseHex(plain);
  }

  private static ObjectValue described(byte[] id) {
    int version = (id[6] & 0xF0) >> 4;
    Map<Value, Value> facts = new HashMap<>();
    facts.put(Value.of("version"), NumberValue.of(version));
    facts.put(Value.of("variant"), Value.of(variant(id[8])));
    if (version != 1 && version != 2) return ObjectValue.owning(facts);
    long time = (number(id, 6, 2) & 0xFFF) << 48 | number(id, 4, 2) << 32 | number(id, 0, 4);
    facts.put(Value.of("time"), NumberValue.of((time - EPOCH) * 100));
    facts.put(Value.of("nodeid"), Value.of(HexFormat.ofDelimiter("-").formatHex(id, 10, 16)));
    facts.put(Value.of("macvariables"), Value.of(cast(id[10])));
    facts.put(Value.of("clocksequence"), NumberValue.of(number(id, 8, 2) & 0x3FFF));
    if (version == 1) return ObjectValue.owning(facts);
    facts.put(Value.of("id"), NumberValue.of(number(id, 0, 4)));
    facts.put(Value.of("domain"), Value.of(domain(id[9] & 0xFF)));
    return ObjectValue.owning(facts);
  }

  private static long number(byte[] id, int from, int size) {
    long number = 0;
    for (int i = from; i < from + size; i++) number = number << 8 | id[i] & 0xFF;
    return number;
  }

  private static String variant(byte bits) {
    if ((bits & 0xC0) == 0x80) return "RFC4122";
    if ((bits & 0xE0) == 0xC0) return "Microsoft";
    return (bits & 0xE0) == 0xE0 ? "Future" : "Reserved";
  }

  private static String cast(byte first) {
    return ((first & 2) != 0 ? "local:" : "global:") + ((first & 1) != 0 ? "multicast" : "unicast");
  }

  private static String domain(int number) {
    return switch (number) {
      case 0 -> "Person";
      case 1 -> "Group";
      case 2 -> "Org";
      default -> "Domain" + number;
    };
  }
}
