package dev.theca.rego.builtin.crypto;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** IP addresses as bytes and as text (RFC 5952). */
final class Addresses {
  private Addresses() {}

  static boolean isMapped(byte[] address) {
    if (address.length != 16) return false;
    for (int i = 0; i < 12; i++) if (address[i] != (i < 10 ? 0 : -1)) return false;
    return true;
  }

  static String text(byte[] address) {
    if (isMapped(address)) return text(Arrays.copyOfRange(address, 12, 16));
    var out = new StringBuilder();
    if (address.length == 4) {
      for (byte b : address) out.append(out.isEmpty() ? "" : ".").append(b & 0xFF);
      return out.toString();
    }
    int[] groups = new int[8];
    for (int i = 0; i < 16; i++) groups[i / 2] = groups[i / 2] << 8 | address[i] & 0xFF;
    int gap = -1;
    int longest = 1;
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && groups[end] == 0) end++;
      if (end - i > longest) {
        gap = i;
        longest = end - i;
      }
    }
    for (int i = 0; i < 8; i++) {
      if (i == gap) {
        out.append("::");
        i += longest - 1;
        continue;
      }
      if (i > 0 && i != gap + longest || gap < 0 && i > 0) out.append(':');
      out.append(Integer.toHexString(groups[i]));
    }
    return out.toString();
  }

  /** The address of a text, 16 bytes; null where it is none. */
  static byte @Nullable [] parse(String text) {
    if (text.indexOf(':') < 0) {
      byte[] four = four(text);
      if (four == null) return null;
      byte[] mapped = new byte[16];
      mapped[10] = mapped[11] = -1;
      System.arraycopy(four, 0, mapped, 12, 4);
      return mapped;
    }
    return text.length() > 45 ? null : six(text);
  }

  private static byte @Nullable [] four(String text) {
    String[] parts = text.length() > 15 ? new String[0] : text.split("\\.", -1);
    if (parts.length != 4) return null;
    byte[] bytes = new byte[4];
    for (int i = 0; i < 4; i++) {
      int number = number(parts[i], 10, 3);
      boolean zero = parts[i].length() > 1 && parts[i].charAt(0) == '0';
      if (number < 0 || number > 255 || zero) return null;
      bytes[i] = (byte) number;
    }
    return bytes;
  }

  private static byte @Nullable [] six(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      byte[] all = groups(text);
      return all != null && all.length == 16 ? all : null;
    }
    byte[] before = groups(text.substring(0, gap));
    byte[] after = groups(text.substring(gap + 2));
    if (before == null || after == null || before.length + after.length > 14) return null;
    byte[] bytes = new byte[16];
    System.arraycopy(before, 0, bytes, 0, before.length);
    System.arraycopy(after, 0, bytes, 16 - after.length, after.length);
    return bytes;
  }

  private static byte @Nullable [] groups(String text) {
    if (text.isEmpty()) return new byte[0];
    String[] parts = text.split(":", -1);
    byte[] bytes = new byte[2 * parts.length + 2];
    int at = 0;
    for (int i = 0; i < parts.length; i++) {
      if (i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
        byte[] four = four(parts[i]);
        if (four == null) return null;
        System.arraycopy(four, 0, bytes, at, 4);
        at += 4;
        continue;
      }
      int group = number(parts[i], 16, 4);
      if (group < 0) return null;
      bytes[at++] = (byte) (group >> 8);
      bytes[at++] = (byte) group;
    }
    return at > 16 ? null : Arrays.copyOf(bytes, at);
  }

  /** -1 where it is none. */
  private static int number(String text, int radix, int most) {
    if (text.isEmpty() || text.length() > most) return -1;
    int value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) < 128 ? Character.digit(text.charAt(i), radix) : -1;
      if (digit < 0) return -1;
      value = value * radix + digit;
    }
    return value;
  }
}
