package dev.theca.image.crypt;

import dev.theca.image.spi.KeyWrap;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.B64;
import dev.theca.wire.jose.Jwe;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.secret.Secret;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * The holder of an RSA or EC key as recipient (ocicrypt, {@code jwe}): RSA-OAEP with SHA-1, which
 * is what its readers know, or ECDH-ES+A256KW; content A256GCM.
 */
public final class JweWrap implements KeyWrap {
  private final Jwk key;

  public JweWrap(Jwk key) {
    this.key = key;
  }

  @Override
  public String annotation() {
    return Annotations.JWE;
  }

  @Override
  public Outcome<byte[]> wrap(Secret privateOptions) {
    return Outcome.granted(
        Json.write(privateOptions.lend(raw -> Jwe.forOcicrypt(List.of(key), raw))));
  }

  /** The thumbprint of RFC 7638: the members are those that it names, in order. */
  @Override
  public String recipient() {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(Json.canonical(key.publicJson()));
      return "jwe key " + B64.url(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK lacks SHA-256", e);
    }
  }
}
