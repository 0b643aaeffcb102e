package dev.theca.wire.x509;

import dev.theca.wire.der.DerReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** A distinguished name: its exact bytes, and its common name for people. */
public record Name(byte[] encoded, String commonName, String text) {
  private static final Map<String, String> SHORT =
      Map.of(
          "2.5.4.3",
          "CN",
          "2.5.4.6",
          "C",
          "2.5.4.7",
          "L",
          "2.5.4.8",
          "ST",
          "2.5.4.10",
          "O",
          "2.5.4.11",
          "OU",
          "2.5.4.5",
          "serialNumber");

  static Name read(DerReader in) throws DerReader.Malformed {
    byte[] encoded = in.element();
    var outer = new DerReader(encoded);
    var sequence = outer.sequence();
    String common = "";
    var text = new StringBuilder();
    while (sequence.hasNext()) {
      var set = sequence.enter(0x31);
      while (set.hasNext()) {
        var pair = set.sequence();
        String oid = pair.oid();
        int tag = pair.peekTag();
        byte[] raw = pair.content(tag);
        pair.end();
        String value =
            new String(raw, tag == 0x1E ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_8);
        if (oid.equals("2.5.4.3")) common = value;
        text.append(text.isEmpty() ? "" : ", ").append(SHORT.getOrDefault(oid, oid));
        text.append('=').append(printable(value));
      }
    }
    return new Name(encoded, common, text.toString());
  }

  /** What comes from certificates goes into messages and terminals: control characters do not. */
  private static String printable(String value) {
    String shown = value.length() > 200 ? value.substring(0, 200) + "..." : value;
    for (int i = 0; i < shown.length(); i++)
      if (Character.isISOControl(shown.charAt(i))) return shown.replaceAll("\\p{Cntrl}", "?");
    return shown;
  }

  /** Equal byte for byte. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Name name && Arrays.equals(name.encoded, encoded);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encoded);
  }

  @Override
  public String toString() {
    return text;
  }
}
