package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.Value;
import dev.theca.wire.der.DerReader;
import java.util.ArrayList;
import java.util.List;

/** A name as pairs of a type and a text, in order. */
record DistinguishedName(List<Pair> pairs) {
  /** One attribute. */
  record Pair(String type, String text) {}

  static DistinguishedName read(byte[] der) throws DerReader.Malformed, BuiltinFault {
    var pairs = new ArrayList<Pair>();
    var sequence = new DerReader(der).sequence();
    while (sequence.hasNext()) {
      var set = sequence.enter(0x31);
      while (set.hasNext()) {
        var pair = set.sequence();
        String type = pair.oid();
        int tag = pair.peekTag();
        pairs.add(new Pair(type, DerText.of(tag, pair.content(tag))));
      }
    }
    return new DistinguishedName(List.copyOf(pairs));
  }

  /** As Go's JSON shows a {@code pkix.Name}. */
  Value shown() {
    return new Shown()
        .with("Country", all("2.5.4.6"))
        .with("Organization", all("2.5.4.10"))
        .with("OrganizationalUnit", all("2.5.4.11"))
        .with("Locality", all("2.5.4.7"))
        .with("Province", all("2.5.4.8"))
        .with("StreetAddress", all("2.5.4.9"))
        .with("PostalCode", all("2.5.4.17"))
        .with("SerialNumber", Value.of(last("2.5.4.5")))
        .with("CommonName", Value.of(last("2.5.4.3")))
        .with("Names", Shown.list(pairs, DistinguishedName::pair))
        .with("ExtraNames", NullValue.NULL)
        .value();
  }

  private static Value pair(Pair pair) {
    return new Shown()
        .with("Type", Shown.oid(pair.type()))
        .with("Value", Value.of(pair.text()))
        .value();
  }

  private Value all(String type) {
    return Shown.list(
        pairs.stream().filter(pair -> pair.type().equals(type)).map(Pair::text).toList(),
        Value::of);
  }

  private String last(String type) {
    String found = "";
    for (var pair : pairs) if (pair.type().equals(type)) found = pair.text();
    return found;
  }
}
