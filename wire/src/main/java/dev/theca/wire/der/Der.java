package dev.theca.wire.der;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;

/** Writes DER (ITU-T X.690), element by element: each method returns one encoded element. */
public final class Der {
  private Der() {}

  public static byte[] sequence(byte[]... elements) {
    return element(0x30, join(elements));
  }

  /** A SET OF: elements sorted, as DER asks. */
  public static byte[] set(byte[]... elements) {
    byte[][] sorted = elements.clone();
    Arrays.sort(sorted, Arrays::compareUnsigned);
    return element(0x31, join(sorted));
  }

  public static byte[] integer(long value) {
    return integer(BigInteger.valueOf(value));
  }

  public static byte[] integer(BigInteger value) {
    return element(0x02, value.toByteArray());
  }

  public static byte[] enumerated(int value) {
    return element(0x0A, BigInteger.valueOf(value).toByteArray());
  }

  public static byte[] bool(boolean value) {
    return element(0x01, new byte[] {(byte) (value ? 0xFF : 0)});
  }

  public static byte[] octets(byte[] value) {
    return element(0x04, value);
  }

  /** A BIT STRING of whole bytes. */
  public static byte[] bits(byte[] value) {
    return element(0x03, join(new byte[] {0}, value));
  }

  /** A BIT STRING of named bits, bit 0 first, without trailing zero bits. */
  public static byte[] namedBits(int... set) {
    int highest = Arrays.stream(set).max().orElse(-1);
    byte[] bytes = new byte[highest / 8 + 1];
    for (int bit : set) bytes[bit / 8] |= (byte) (0x80 >> bit % 8);
    return element(0x03, join(new byte[] {(byte) (7 - highest % 8)}, bytes));
  }

  public static byte[] utf8(String value) {
    return element(0x0C, value.getBytes(StandardCharsets.UTF_8));
  }

  public static byte[] ia5(int tag, String value) {
    return element(tag, value.getBytes(StandardCharsets.US_ASCII));
  }

  /** UTCTime until 2049, GeneralizedTime after (RFC 5280 section 4.1.2.5). */
  public static byte[] time(Instant at) {
    var utc = at.atZone(ZoneOffset.UTC);
    boolean wide = utc.getYear() >= 2050;
    String text =
        DateTimeFormatter.ofPattern(
                wide ? "yyyyMMddHHmmss'Z'" : "yyMMddHHmmss'Z'", java.util.Locale.ROOT)
            .format(utc);
    return element(wide ? 0x18 : 0x17, text.getBytes(StandardCharsets.US_ASCII));
  }

  public static byte[] oid(String dotted) {
    String[] arcs = dotted.split("\\.");
    var out = new ByteArrayOutputStream();
    base128(out, Long.parseLong(arcs[0]) * 40 + Long.parseLong(arcs[1]));
    for (int i = 2; i < arcs.length; i++) base128(out, Long.parseLong(arcs[i]));
    return element(0x06, out.toByteArray());
  }

  private static void base128(ByteArrayOutputStream out, long value) {
    int shift = 63 / 7 * 7;
    while (shift > 0 && value >>> shift == 0) shift -= 7;
    for (; shift > 0; shift -= 7) out.write((int) (value >>> shift & 0x7F | 0x80));
    out.write((int) (value & 0x7F));
  }

  /** An explicitly tagged element: {@code [number]} around it. */
  public static byte[] explicit(int number, byte[] element) {
    return element(0xA0 | number, element);
  }

  public static byte[] element(int tag, byte[] content) {
    var out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else {
      byte[] length = BigInteger.valueOf(content.length).toByteArray();
      int from = length[0] == 0 ? 1 : 0;
      out.write(0x80 | length.length - from);
      out.write(length, from, length.length - from);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (byte[] part : parts) out.writeBytes(part);
    return out.toByteArray();
  }
}
