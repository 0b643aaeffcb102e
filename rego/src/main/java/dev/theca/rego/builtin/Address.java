package dev.theca.rego.builtin;

import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An address of the internet as Go's net package reads and writes it: 4 bytes, or 16 of which an
 * embedded address of 4 is written as that. Zones and zeros before a decimal number are refused.
 */
record Address(byte[] bytes) {
  /** Null where the text is no address. */
  static @Nullable Address parse(String text) {
    byte[] bytes = text.indexOf(':') < 0 ? four(text) : sixteen(text);
    return bytes == null ? null : new Address(bytes);
  }

  private static byte @Nullable [] four(String text) {
    if (text.length() > 15) return null;
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) return null;
    byte[] bytes = new byte[4];
    for (int i = 0; i < 4; i++) {
      String part = parts[i];
      if (part.isEmpty() || part.length() > 3 || part.length() > 1 && part.charAt(0) == '0')
        return null;
      int number = 0;
      for (int j = 0; j < part.length(); j++) {
        char c = part.charAt(j);
        if (c < '0' || c > '9') return null;
        number = 10 * number + c - '0';
      }
      if (number > 255) return null;
      bytes[i] = (byte) number;
    }
    return bytes;
  }

  private static byte @Nullable [] sixteen(String text) {
    if (text.length() > 45) return null;
    byte[] bytes = new byte[16];
    int size = 0;
    int gap = -1;
    int at = 0;
    if (text.startsWith("::")) {
      gap = 0;
      at = 2;
    }
    while (at < text.length()) {
      int end = at;
      while (end < text.length() && isHex(text.charAt(end))) end++;
      if (end == at || size == 16) return null;
      if (end < text.length() && text.charAt(end) == '.') {
        byte[] four = four(text.substring(at));
        if (four == null || size > 12 || gap < 0 && size != 12) return null;
        System.arraycopy(four, 0, bytes, size, 4);
        size += 4;
        break;
      }
      if (end - at > 4) return null;
      int group = Integer.parseInt(text, at, end, 16);
      bytes[size++] = (byte) (group >> 8);
      bytes[size++] = (byte) group;
      at = end;
      if (at == text.length()) break;
      if (text.charAt(at++) != ':' || at == text.length()) return null;
      if (text.charAt(at) == ':') {
        if (gap >= 0) return null;
        gap = size;
        at++;
      }
    }
    if (gap < 0) return size == 16 ? bytes : null;
    if (size == 16) return null;
    byte[] all = new byte[16];
    System.arraycopy(bytes, 0, all, 0, gap);
    System.arraycopy(bytes, gap, all, 16 - size + gap, size - gap);
    return all;
  }

  private static boolean isHex(char c) {
    return c < 128 && Character.digit(c, 16) >= 0;
  }

  /** As 16 bytes, those of 4 embedded. */
  byte[] wide() {
    if (bytes.length == 16) return bytes;
    byte[] wide = new byte[16];
    wide[10] = -1;
    wide[11] = -1;
    System.arraycopy(bytes, 0, wide, 12, 4);
    return wide;
  }

  /** As 4 bytes where they are, or are embedded; as 16 else. */
  byte[] narrow() {
    byte[] wide = wide();
    for (int i = 0; i < 10; i++) if (wide[i] != 0) return wide;
    return wide[10] == -1 && wide[11] == -1 ? Arrays.copyOfRange(wide, 12, 16) : wide;
  }

  static Address of(BigInteger number, int size) {
    byte[] bytes = new byte[size];
    byte[] from = number.toByteArray();
    int count = Math.min(size, from.length);
    System.arraycopy(from, from.length - count, bytes, size - count, count);
    return new Address(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Address(byte[] those) && Arrays.equals(bytes, those);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    byte[] narrow = narrow();
    return narrow.length == 4 ? decimal(narrow) : hexadecimal(narrow);
  }

  private static String decimal(byte[] four) {
    return (four[0] & 255) + "." + (four[1] & 255) + "." + (four[2] & 255) + "." + (four[3] & 255);
  }

  /** RFC 5952: the first of the longest runs of two zeros or more is left out. */
  private static String hexadecimal(byte[] sixteen) {
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) groups[i] = (sixteen[2 * i] & 255) << 8 | sixteen[2 * i + 1] & 255;
    int gap = -1;
    int length = 1;
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && groups[end] == 0) end++;
      if (end - i > length) {
        gap = i;
        length = end - i;
      }
    }
    var text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == gap) {
        text.append("::");
        i += length - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') text.append(':');
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }
}
