package dev.theca.broker.admin;

import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The form of an API token, {@code theca-api-<id>-<secret>}: scanners for secrets know it. */
record TokenText(String id, String secret) {
  private static final String PREFIX = "theca-api-";
  private static final Pattern FORM =
      Pattern.compile(PREFIX + "([0-9a-f]{16})-([A-Za-z0-9_-]{43})");

  static boolean looksLike(String bearer) {
    return bearer.startsWith(PREFIX);
  }

  static Optional<TokenText> parse(String bearer) {
    var match = FORM.matcher(bearer);
    return match.matches()
        ? Optional.of(new TokenText(match.group(1), match.group(2)))
        : Optional.empty();
  }

  static Secret compose(String id, String secret) {
    return Secret.moveFrom((PREFIX + id + "-" + secret).getBytes(StandardCharsets.US_ASCII));
  }

  /** HMAC-SHA-256 under the salt: the secret has 256 random bits, so a slow hash adds nothing. */
  static byte[] hash(byte[] salt, String secret) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(salt, "HmacSHA256"));
      return mac.doFinal(secret.getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks HMAC-SHA-256", e);
    }
  }
}
