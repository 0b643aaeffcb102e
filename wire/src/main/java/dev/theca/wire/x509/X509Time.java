package dev.theca.wire.x509;

import dev.theca.wire.der.DerReader;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** UTCTime and GeneralizedTime in the forms of RFC 5280, section 4.1.2.5: seconds, and Z. */
final class X509Time {
  private X509Time() {}

  static boolean isNext(DerReader in) {
    return in.peekTag() == 0x17 || in.peekTag() == 0x18;
  }

  static Instant read(DerReader in) throws DerReader.Malformed {
    int tag = in.peekTag();
    if (tag != 0x17 && tag != 0x18) throw new DerReader.Malformed("no time where one must be");
    byte[] text = in.content(tag);
    int digits = tag == 0x17 ? 12 : 14;
    if (text.length != digits + 1 || text[digits] != 'Z')
      throw new DerReader.Malformed("a time that is not UTC to the second");
    int[] n = new int[digits / 2];
    for (int i = 0; i < n.length; i++) n[i] = digit(text[2 * i]) * 10 + digit(text[2 * i + 1]);
    int at = tag == 0x17 ? 1 : 2;
    int year = tag == 0x17 ? n[0] + (n[0] < 50 ? 2000 : 1900) : n[0] * 100 + n[1];
    try {
      return LocalDateTime.of(year, n[at], n[at + 1], n[at + 2], n[at + 3], n[at + 4])
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new DerReader.Malformed("a time that does not exist");
    }
  }

  private static int digit(byte b) throws DerReader.Malformed {
    if (b < '0' || b > '9') throw new DerReader.Malformed("a time with other than digits");
    return b - '0';
  }
}
