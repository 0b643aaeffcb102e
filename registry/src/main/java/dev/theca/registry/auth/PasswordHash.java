package dev.theca.registry.auth;

import dev.theca.wire.secret.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password as it is kept: PBKDF2 with HMAC-SHA256 (RFC 8018), {@code
 * pbkdf2-sha256$ROUNDS$SALT$HASH} in base64. The rounds are those that OWASP names for it.
 */
record PasswordHash(int rounds, byte[] salt, byte[] hash) {
  static final int ROUNDS = 600_000;
  private static final int MAX_ROUNDS = 10_000_000;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;
  private static final String NAME = "pbkdf2-sha256";

  static PasswordHash of(Secret password, int rounds, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return new PasswordHash(rounds, salt, derive(password, salt, rounds));
  }

  static Optional<PasswordHash> parse(String text) {
    String[] parts = text.split("\\$", -1);
    if (parts.length != 4 || !parts[0].equals(NAME) || !parts[1].matches("[0-9]{1,8}"))
      return Optional.empty();
    int rounds = Integer.parseInt(parts[1]);
    try {
      byte[] salt = Base64.getDecoder().decode(parts[2]);
      byte[] hash = Base64.getDecoder().decode(parts[3]);
      boolean right =
          rounds > 0 && rounds <= MAX_ROUNDS && salt.length >= 8 && hash.length == HASH_BYTES;
      return right ? Optional.of(new PasswordHash(rounds, salt, hash)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  boolean fits(Secret password) {
    return MessageDigest.isEqual(hash, derive(password, salt, rounds));
  }

  private static byte[] derive(Secret password, byte[] salt, int rounds) {
    return password.lend(
        bytes -> {
          char[] letters = letters(bytes);
          var spec = new PBEKeySpec(letters, salt, rounds, 8 * HASH_BYTES);
          try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(spec)
                .getEncoded();
          } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK lacks PBKDF2", e);
          } finally {
            spec.clearPassword();
            Arrays.fill(letters, '\0');
          }
        });
  }

  /** UTF-8, or each byte as it is where it is not. */
  private static char[] letters(byte[] bytes) {
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      char[] out = new char[text.remaining()];
      text.get(out);
      Arrays.fill(text.array(), '\0');
      return out;
    } catch (CharacterCodingException e) {
      char[] out = new char[bytes.length];
      for (int i = 0; i < out.length; i++) out[i] = (char) (bytes[i] & 0xFF);
      return out;
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PasswordHash p
        && p.rounds == rounds
        && Arrays.equals(p.salt, salt)
        && MessageDigest.isEqual(p.hash, hash);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(salt);
  }

  @Override
  public String toString() {
    var base64 = Base64.getEncoder();
    return NAME
        + "$"
        + rounds
        + "$"
        + base64.encodeToString(salt)
        + "$"
        + base64.encodeToString(hash);
  }
}
