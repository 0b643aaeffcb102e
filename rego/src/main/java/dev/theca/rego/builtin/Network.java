package dev.theca.rego.builtin;

import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A network: an address and how many of its bits are fixed. One of 16 bytes that embeds an address
 * of 4 is that of 4, as in Go.
 *
 * @param number 4 or 16 bytes
 * @param ones how many bits are fixed
 */
record Network(byte[] number, int ones) {
  /** {@code address/bits}, null where the text is none; the address loses the bits left free. */
  static @Nullable Network parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) return null;
    Address address = Address.parse(text.substring(0, slash));
    int ones = number(text.substring(slash + 1));
    if (address == null || ones < 0 || ones > 8 * address.bytes().length) return null;
    return of(masked(address.bytes(), ones), ones);
  }

  static Network of(byte[] bytes, int ones) {
    byte[] narrow = new Address(bytes).narrow();
    return new Network(narrow, narrow.length < bytes.length ? Math.max(0, ones - 96) : ones);
  }

  private static int number(String digits) {
    if (digits.isEmpty()) return -1;
    int number = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') return -1;
      number = Math.min(1000, 10 * number + c - '0');
    }
    return number;
  }

  private static byte[] masked(byte[] bytes, int ones) {
    byte[] masked = bytes.clone();
    for (int i = 0; i < masked.length; i++)
      masked[i] &= (byte) (0xFF00 >> Math.clamp(ones - 8 * i, 0, 8));
    return masked;
  }

  boolean contains(Address address) {
    byte[] narrow = address.narrow();
    return narrow.length == number.length
        && Arrays.equals(masked(narrow, ones), masked(number, ones));
  }

  boolean contains(Network other) {
    return contains(new Address(other.number))
        && contains(Address.of(other.last(), other.number.length));
  }

  /** How many bits are free. */
  int free() {
    return 8 * number.length - ones;
  }

  /** The lowest address as a number. */
  BigInteger first() {
    return new BigInteger(1, masked(number, ones));
  }

  /** The highest address as a number. */
  BigInteger last() {
    return first().or(BigInteger.ONE.shiftLeft(free()).subtract(BigInteger.ONE));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Network(byte[] bytes, int bits)
        && bits == ones
        && Arrays.equals(number, bytes);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(number) + ones;
  }

  @Override
  public String toString() {
    return new Address(number) + "/" + ones;
  }
}
