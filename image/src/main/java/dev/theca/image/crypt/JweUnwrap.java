package dev.theca.image.crypt;

import dev.theca.image.spi.KeyUnwrap;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.Jwe;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.secret.Secret;

/** Opens JWE packets, flattened or general, with a private RSA or EC key. */
public final class JweUnwrap implements KeyUnwrap {
  private final Jwk key;

  /** A key with its private half. */
  public JweUnwrap(Jwk key) {
    if (key.privateKey().isEmpty())
      throw new IllegalArgumentException("opening needs a private key");
    this.key = key;
  }

  @Override
  public boolean reads(String annotation) {
    return annotation.equals(Annotations.JWE);
  }

  @Override
  public Outcome<Secret> unwrap(String annotation, byte[] packet) {
    return Json.object(packet).then(jwe -> Jwe.open(jwe, key));
  }
}
