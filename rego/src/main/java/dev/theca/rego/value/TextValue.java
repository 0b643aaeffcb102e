package dev.theca.rego.value;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A string, ordered by its UTF-8 bytes. A decoder may make bytes that are no UTF-8: each such byte
 * is kept as the code unit U+DC00 plus the byte, and {@link #bytes} gives it back unchanged.
 */
public record TextValue(String text) implements Value {
  private static final TextValue[] CHARS = new TextValue[128];

  static {
    for (int i = 0; i < CHARS.length; i++) CHARS[i] = new TextValue(String.valueOf((char) i));
  }

  /** A string of one character. */
  public static TextValue ofCodePoint(int codePoint) {
    return codePoint < CHARS.length
        ? CHARS[codePoint]
        : new TextValue(Character.toString(codePoint));
  }

  /** The string that has these bytes. */
  public static TextValue ofBytes(byte[] bytes) {
    try {
      return new TextValue(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return new TextValue(escaped(bytes));
    }
  }

  private static String escaped(byte[] bytes) {
    var text = new StringBuilder(bytes.length);
    int at = 0;
    while (at < bytes.length) {
      int size = sequence(bytes, at);
      if (size == 0) text.append((char) (0xDC00 + (bytes[at++] & 0xFF)));
      else text.append(new String(bytes, at, size, StandardCharsets.UTF_8));
      at += size;
    }
    return text.toString();
  }

  /** Length of the well-formed sequence that begins here, 0 if none does. */
  private static int sequence(byte[] bytes, int at) {
    for (int size = 1; size <= 4 && at + size <= bytes.length; size++) {
      try {
        var one =
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, size)).toString();
        if (one.codePointCount(0, one.length()) == 1) return size;
      } catch (CharacterCodingException e) {
        // longer, or none
      }
    }
    return 0;
  }

  /** The bytes: UTF-8, and those that are none as they were. */
  public byte[] bytes() {
    for (int i = 0; i < text.length(); i++) if (loneByte(i)) return unescaped();
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private boolean loneByte(int i) {
    char c = text.charAt(i);
    return c >= 0xDC80 && c <= 0xDCFF && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }

  private byte[] unescaped() {
    var bytes = new ByteArrayOutputStream();
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i < text.length() && !loneByte(i)) continue;
      bytes.writeBytes(text.substring(from, i).getBytes(StandardCharsets.UTF_8));
      if (i < text.length()) bytes.write(text.charAt(i) - 0xDC00);
      from = i + 1;
    }
    return bytes.toByteArray();
  }

  @Override
  public Kind kind() {
    return Kind.STRING;
  }

  /** By code points, which is the order of the UTF-8 bytes. */
  int compare(TextValue other) {
    String a = text;
    String b = other.text;
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x == y) continue;
      boolean high = Character.isSurrogate(x);
      return high == Character.isSurrogate(y) ? Character.compare(x, y) : high ? 1 : -1;
    }
    return Integer.compare(a.length(), b.length());
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof TextValue(String it) && text.equals(it);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return Shown.of(this);
  }
}
