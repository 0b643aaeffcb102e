package dev.theca.wire.jose;

import java.util.Base64;
import java.util.Optional;

/**
 * base64url without padding (RFC 7515 section 2); decoding accepts no padding and no other
 * alphabet.
 */
public final class B64 {
  private B64() {}

  public static String url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  public static Optional<byte[]> fromUrl(String text) {
    if (text.indexOf('=') >= 0) return Optional.empty();
    try {
      return Optional.of(Base64.getUrlDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
