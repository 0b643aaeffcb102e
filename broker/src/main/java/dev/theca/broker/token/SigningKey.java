package dev.theca.broker.token;

import dev.theca.wire.jose.B64;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.security.PrivateKey;

/** An opened key with the header that its tokens carry. */
final class SigningKey {
  private final String kid;
  private final PrivateKey key;
  private final String header;

  SigningKey(HeldKey held, PrivateKey key) {
    this.kid = held.kid();
    this.key = EcdsaSigning.prepared(key);
    var json =
        JsonObject.builder()
            .put("typ", "JWT")
            .put("alg", "ES256")
            .put("kid", held.kid())
            .put("jwk", held.jwk())
            .build();
    header = B64.url(Json.write(json)) + ".";
  }

  String kid() {
    return kid;
  }

  String sign(JsonObject claims) {
    String input = header + B64.url(Json.write(claims));
    byte[] raw = EcdsaSigning.sign(key, input.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    return input + "." + B64.url(raw);
  }

  @Override
  public String toString() {
    return "SigningKey[" + kid + "]";
  }
}
