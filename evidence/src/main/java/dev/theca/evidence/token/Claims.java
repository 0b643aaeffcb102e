package dev.theca.evidence.token;

import dev.theca.evidence.audit.Rejected;
import dev.theca.wire.cbor.CborValue;
import dev.theca.wire.cbor.CborValue.CborArray;
import dev.theca.wire.cbor.CborValue.CborBytes;
import dev.theca.wire.cbor.CborValue.CborInt;
import dev.theca.wire.cbor.CborValue.CborMap;
import dev.theca.wire.cbor.CborValue.CborNull;
import dev.theca.wire.cbor.CborValue.CborText;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Typed reading of a token's claims; what is missing or of the wrong size is refused by name. */
record Claims(CborMap map, String what) {
  byte[] bytes(long key, String name, Set<Integer> sizes) throws Rejected {
    if (!(map.get(key).orElse(map) instanceof CborBytes(byte[] value)))
      throw CoseSign1.bad(what, "bytes as " + name, "none");
    if (!sizes.isEmpty() && !sizes.contains(value.length))
      throw CoseSign1.bad(what, name + " of " + sizes + " bytes", value.length + "");
    return value;
  }

  String text(long key, String name) throws Rejected {
    if (map.get(key).orElse(map) instanceof CborText(String value)) return value;
    throw CoseSign1.bad(what, "text as " + name, "none");
  }

  Optional<String> optionalText(long key) {
    return map.get(key).orElse(map) instanceof CborText(String value)
        ? Optional.of(value)
        : Optional.empty();
  }

  long number(long key, String name) throws Rejected {
    if (map.get(key).orElse(map) instanceof CborInt(long value)) return value;
    throw CoseSign1.bad(what, "a number as " + name, "none");
  }

  List<CborValue> array(long key, String name) throws Rejected {
    if (map.get(key).orElse(map) instanceof CborArray(List<CborValue> items)) return items;
    throw CoseSign1.bad(what, "a list as " + name, "none");
  }

  CborValue named(String name) throws Rejected {
    return map.get(new CborText(name))
        .orElseThrow(() -> CoseSign1.bad(what, "a member " + name, "none"));
  }

  byte[] namedBytes(String name, int max) throws Rejected {
    if (named(name) instanceof CborBytes(byte[] value) && value.length <= max) return value;
    throw CoseSign1.bad(what, name + " of at most " + max + " bytes", "another value");
  }

  /** Absent, null, or at most so many bytes. */
  Optional<byte[]> optionalBytes(String name, int max) throws Rejected {
    var value = map.get(new CborText(name));
    if (value.isEmpty() || value.get() instanceof CborNull) return Optional.empty();
    return Optional.of(namedBytes(name, max));
  }
}
