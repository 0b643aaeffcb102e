package dev.theca.rego.builtin.crypto;

import dev.theca.wire.der.DerReader;
import java.time.DateTimeException;
import java.time.LocalDateTime;

/** UTCTime and GeneralizedTime as RFC 5280 wants them (section 4.1.2.5): seconds, and UTC. */
final class DerTime {
  private DerTime() {}

  static LocalDateTime read(DerReader in) throws DerReader.Malformed {
    int tag = in.peekTag();
    if (tag != 0x17 && tag != 0x18) throw new DerReader.Malformed("unsupported time format");
    byte[] text = in.content(tag);
    int digits = tag == 0x17 ? 12 : 14;
    if (text.length != digits + 1 || text[digits] != 'Z')
      throw new DerReader.Malformed("malformed time");
    int[] pairs = new int[digits / 2];
    for (int i = 0; i < digits; i++) {
      if (text[i] < '0' || text[i] > '9') throw new DerReader.Malformed("malformed time");
      pairs[i / 2] = pairs[i / 2] * 10 + text[i] - '0';
    }
    int at = tag == 0x17 ? 1 : 2;
    int year = at == 1 ? pairs[0] + (pairs[0] < 50 ? 2000 : 1900) : pairs[0] * 100 + pairs[1];
    try {
      return LocalDateTime.of(
          year, pairs[at], pairs[at + 1], pairs[at + 2], pairs[at + 3], pairs[at + 4]);
    } catch (DateTimeException e) {
      throw new DerReader.Malformed("malformed time");
    }
  }
}
