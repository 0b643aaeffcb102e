package dev.theca.wire.der;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Reads DER (X.690) strictly: definite lengths in their shortest form, single-byte tags, every
 * length checked against what is left. Malformed input ends in {@link Malformed}.
 */
public final class DerReader {
  /** Bytes that are not DER, or not the expected element. */
  public static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    public Malformed(String message) {
      super(message);
    }
  }

  private final byte[] data;
  private final int end;
  private int at;

  public DerReader(byte[] data) {
    this(data, 0, data.length);
  }

  private DerReader(byte[] data, int from, int end) {
    this.data = data;
    this.at = from;
    this.end = end;
  }

  public boolean hasNext() {
    return at < end;
  }

  /** The tag of the next element, or -1 at the end. */
  public int peekTag() {
    return at < end ? data[at] & 0xFF : -1;
  }

  /** The content of the next element as a reader. */
  public DerReader enter(int tag) throws Malformed {
    int length = header(tag);
    var inner = new DerReader(data, at, at + length);
    at += length;
    return inner;
  }

  public DerReader sequence() throws Malformed {
    return enter(0x30);
  }

  public byte[] content(int tag) throws Malformed {
    int length = header(tag);
    byte[] content = Arrays.copyOfRange(data, at, at + length);
    at += length;
    return content;
  }

  /** The next element whole, tag and length included. */
  public byte[] element() throws Malformed {
    int start = at;
    int length = header(peekTag());
    at += length;
    return Arrays.copyOfRange(data, start, at);
  }

  public BigInteger integer() throws Malformed {
    byte[] content = content(0x02);
    if (content.length == 0
        || content.length > 1
            && (content[0] == 0 && content[1] >= 0 || content[0] == -1 && content[1] < 0)) {
      throw new Malformed("an integer in more bytes than it needs before byte " + at);
    }
    return new BigInteger(content);
  }

  /** An INTEGER between 0 and {@code max}. */
  public int integer(int max) throws Malformed {
    BigInteger value = integer();
    if (value.signum() < 0 || value.compareTo(BigInteger.valueOf(max)) > 0)
      throw new Malformed("integer " + value + ", expected 0 to " + max);
    return value.intValue();
  }

  public byte[] octets(int size) throws Malformed {
    byte[] content = content(0x04);
    if (content.length != size)
      throw new Malformed("an octet string of " + content.length + " bytes, expected " + size);
    return content;
  }

  /** An OBJECT IDENTIFIER in dotted form. */
  public String oid() throws Malformed {
    byte[] content = content(0x06);
    var text = new StringBuilder();
    long arc = 0;
    int length = 0;
    for (byte b : content) {
      if (++length > 8) throw new Malformed("an OID arc beyond 56 bits");
      arc = arc << 7 | b & 0x7F;
      if (b < 0) continue;
      if (text.isEmpty())
        text.append(Math.min(arc / 40, 2)).append('.').append(arc - Math.min(arc / 40, 2) * 40);
      else text.append('.').append(arc);
      arc = 0;
      length = 0;
    }
    if (length != 0 || content.length == 0) throw new Malformed("a cut-off OID");
    return text.toString();
  }

  public void end() throws Malformed {
    if (at != end) throw new Malformed((end - at) + " bytes too many at byte " + at);
  }

  private int header(int tag) throws Malformed {
    if (end - at < 2) throw new Malformed("cut off at byte " + at);
    int found = data[at] & 0xFF;
    if (found != tag)
      throw new Malformed("tag 0x%02x at byte %d, expected 0x%02x".formatted(found, at, tag));
    int first = data[at + 1] & 0xFF;
    at += 2;
    int length = first;
    if (first >= 0x80) {
      int bytes = first & 0x7F;
      if (bytes == 0 || bytes > 3 || end - at < bytes)
        throw new Malformed("a length of " + bytes + " bytes at byte " + at);
      length = 0;
      for (int i = 0; i < bytes; i++) length = length << 8 | data[at++] & 0xFF;
      if (length < 0x80 || length < 1 << (bytes - 1) * 8)
        throw new Malformed("a length in more bytes than it needs before byte " + at);
    }
    if (length > end - at)
      throw new Malformed(
          "a length of " + length + " at byte " + at + ", " + (end - at) + " bytes are left");
    return length;
  }
}
