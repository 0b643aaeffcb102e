package dev.theca.broker.token;

import dev.theca.wire.json.JsonObject;

/** Signs attestation results with the key that all replicas share now. */
public interface TokenSigner {
  /** A compact JWT (ES256, with kid and jwk) over these claims. */
  String sign(JsonObject claims);

  /** The public keys under which tokens of this broker verify, the next one included. */
  JsonObject jwks();
}
