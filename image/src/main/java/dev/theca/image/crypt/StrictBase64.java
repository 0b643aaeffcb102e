package dev.theca.image.crypt;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** base64 with padding (RFC 4648 section 4), as ocicrypt writes it everywhere. */
final class StrictBase64 {
  private StrictBase64() {}

  static Optional<byte[]> decode(String text) {
    try {
      return Optional.of(Base64.getDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static Optional<byte[]> decode(String text, int sizeBytes) {
    return decode(text).filter(bytes -> bytes.length == sizeBytes);
  }

  static String encode(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
