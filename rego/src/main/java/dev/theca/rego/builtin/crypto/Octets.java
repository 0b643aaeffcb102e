package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Base 64 as Go reads it: ends of lines count for nothing, padding must be there. */
final class Octets {
  private Octets() {}

  /** A text as one char for each of its bytes. */
  static String latin(Value text) {
    return new String(((TextValue) text).bytes(), StandardCharsets.ISO_8859_1);
  }

  /** The alphabet with {@code +} and {@code /}. */
  static byte[] standard(String text) throws BuiltinFault {
    return decode(text, Base64.getDecoder(), "+/");
  }

  /** The alphabet with {@code -} and {@code _}; all of the padding may be missing. */
  static byte[] url(String text) throws BuiltinFault {
    if (text.endsWith("=")) return decode(text, Base64.getUrlDecoder(), "-_");
    int over = text.length() % 4;
    if (over == 1) throw new BuiltinFault("illegal base64url string: " + text);
    String padded = over == 0 ? text : text + "=".repeat(4 - over);
    return decode(padded, Base64.getUrlDecoder(), "-_");
  }

  /** Either alphabet, with or without padding: as keys in JSON are read. */
  static byte[] any(String text) throws BuiltinFault {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '=') end--;
    return url(text.substring(0, end).replace('+', '-').replace('/', '_'));
  }

  private static byte[] decode(String text, Base64.Decoder decoder, String last)
      throws BuiltinFault {
    byte[] kept = new byte[text.length()];
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n' || c == '\r') continue;
      if (c >= 128) throw illegal(i);
      kept[length++] = (byte) c;
    }
    if (length % 4 != 0) throw illegal(text.length());
    try {
      return decoder.decode(java.util.Arrays.copyOf(kept, length));
    } catch (IllegalArgumentException e) {
      throw illegal(firstStranger(text, last));
    }
  }

  private static int firstStranger(String text, String last) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
      if (!letter && last.indexOf(c) < 0 && c != '\n' && c != '\r') return i;
    }
    return text.length();
  }

  private static BuiltinFault illegal(int at) {
    return new BuiltinFault("illegal base64 data at input byte " + at);
  }

  /** Standard base 64, which is how Go's JSON shows bytes. */
  static Value shown(byte[] bytes) {
    return Value.of(Base64.getEncoder().encodeToString(bytes));
  }

  /** Base 64 for URLs without padding. */
  static String urlText(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
