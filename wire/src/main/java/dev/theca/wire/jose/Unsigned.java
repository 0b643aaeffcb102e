package dev.theca.wire.jose;

import java.math.BigInteger;
import java.util.Arrays;

/** Big integers as unsigned big-endian bytes. */
final class Unsigned {
  private Unsigned() {}

  static byte[] fixed(BigInteger value, int length) {
    byte[] raw = value.toByteArray();
    int from = raw.length > length && raw[0] == 0 ? raw.length - length : 0;
    if (raw.length - from > length)
      throw new IllegalArgumentException("does not fit " + length + " bytes");
    byte[] fixed = new byte[length];
    System.arraycopy(raw, from, fixed, length - (raw.length - from), raw.length - from);
    return fixed;
  }

  static byte[] minimal(BigInteger value) {
    byte[] raw = value.toByteArray();
    return raw[0] == 0 && raw.length > 1 ? Arrays.copyOfRange(raw, 1, raw.length) : raw;
  }

  static BigInteger of(byte[] bytes) {
    return new BigInteger(1, bytes);
  }
}
