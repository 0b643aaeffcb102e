package dev.theca.evidence.curve;

import java.math.BigInteger;

/** Scalars as words, windows and signed digits. */
final class Digits {
  private Digits() {}

  /** The number in 64-bit words, least first, with one zero word more than {@code bits} need. */
  static long[] words(BigInteger k, int bits) {
    long[] words = new long[bits / 64 + 2];
    byte[] big = k.toByteArray();
    for (int i = 0; i < big.length; i++) {
      int from = big.length - 1 - i;
      if (i / 8 < words.length) words[i / 8] |= (big[from] & 0xFFL) << 8 * (i % 8);
    }
    return words;
  }

  static int bits(long[] words, int from, int count) {
    int word = from >> 6;
    int shift = from & 63;
    long value = words[word] >>> shift;
    if (shift + count > 64) value |= words[word + 1] << 64 - shift;
    return (int) (value & (1L << count) - 1);
  }

  /** The width-5 non-adjacent form, least digit first: odd digits of at most 15, or zero. */
  static byte[] wnaf5(BigInteger k, int bits) {
    long[] words = words(k, bits + 8);
    byte[] digits = new byte[bits + 1];
    int carry = 0;
    for (int i = 0; i <= bits; ) {
      int bit = bits(words, i, 1);
      if (bit == carry) {
        i++;
        continue;
      }
      int window = bits(words, i, 5) + carry;
      carry = window > 15 ? 1 : 0;
      digits[i] = (byte) (window - (carry << 5));
      i += 5;
    }
    return digits;
  }
}
