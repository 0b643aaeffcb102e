package dev.theca.sealfs.gramine;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Paths are bytes; here is how they are shown: one text per path, and back in one way only. */
final class PathText {
  private PathText() {}

  /**
   * UTF-8 without control characters as it is, with {@code \} doubled; of any other path every byte
   * outside printable ASCII as {@code \xNN}.
   */
  static String shown(byte[] path) {
    return text(path).map(s -> s.replace("\\", "\\\\")).orElseGet(() -> escaped(path));
  }

  /** The text, when it is UTF-8 without control characters. */
  static Optional<String> text(byte[] path) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(path)).toString();
      return text.chars().anyMatch(Character::isISOControl) ? Optional.empty() : Optional.of(text);
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static String escaped(byte[] path) {
    var out = new StringBuilder();
    for (byte b : path) {
      if (b == '\\') out.append("\\\\");
      else if (b >= 0x20 && b < 0x7F) out.append((char) b);
      else out.append(String.format("\\x%02x", b));
    }
    return out.toString();
  }
}
