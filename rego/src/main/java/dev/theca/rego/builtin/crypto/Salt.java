package dev.theca.rego.builtin.crypto;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * How long the salt of a PSS signature is (RFC 8017, section 9.1.2, backwards), which the JDK wants
 * to know and some functions leave open. Says nothing of whether the signature holds.
 */
final class Salt {
  private Salt() {}

  /** The size, -1 where the signature cannot be one. */
  static int size(Key.Rsa key, Hash hash, byte[] signature) {
    int bits = key.modulus().bitLength() - 1;
    int length = (bits + 7) / 8;
    if (signature.length != (key.modulus().bitLength() + 7) / 8) return -1;
    var number = new BigInteger(1, signature);
    if (number.compareTo(key.modulus()) >= 0) return -1;
    byte[] block = bytes(number.modPow(key.exponent(), key.modulus()), length);
    int masked = length - hash.bytes() - 1;
    if (block.length != length || masked < 1 || block[length - 1] != (byte) 0xBC) return -1;
    byte[] seed = Arrays.copyOfRange(block, masked, length - 1);
    byte[] mask = mask(hash, seed, masked);
    for (int i = 0; i < masked; i++) {
      int octet = (block[i] ^ mask[i]) & 0xFF;
      if (i == 0) octet &= 0xFF >> 8 * length - bits;
      if (octet == 1) return masked - i - 1;
      if (octet != 0) return -1;
    }
    return -1;
  }

  private static byte[] mask(Hash hash, byte[] seed, int size) {
    byte[] mask = new byte[size];
    for (int at = 0, count = 0; at < size; at += hash.bytes(), count++) {
      byte[] input = Arrays.copyOf(seed, seed.length + 4);
      for (int i = 0; i < 4; i++) input[seed.length + i] = (byte) (count >> 24 - 8 * i);
      byte[] part = hash.digest(input);
      System.arraycopy(part, 0, mask, at, Math.min(part.length, size - at));
    }
    return mask;
  }

  /** Big-endian, as long as asked; of another length where that does not do. */
  static byte[] bytes(BigInteger number, int length) {
    byte[] signed = number.toByteArray();
    int from = signed.length > 1 && signed[0] == 0 ? 1 : 0;
    if (signed.length - from > length) return signed;
    byte[] bytes = new byte[length];
    System.arraycopy(signed, from, bytes, length - signed.length + from, signed.length - from);
    return bytes;
  }
}
