package dev.theca.broker.reference;

import dev.theca.wire.jose.B64;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.jose.Jws;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import java.math.BigDecimal;
import java.security.PrivateKey;
import java.security.interfaces.ECKey;
import java.time.Instant;

/**
 * Signs messages as {@link Provenance} reads them, with an EC key on P-256 or P-384 that the broker
 * knows by a name. Messages about one value need growing times: milliseconds are kept.
 */
public final class ReferenceSigner {
  private final String keyName;
  private final PrivateKey key;
  private final String alg;

  /**
   * @throws IllegalArgumentException for a key of another kind, or a public one
   */
  public ReferenceSigner(String keyName, Jwk key) {
    this.keyName = keyName;
    this.key =
        key.privateKey()
            .orElseThrow(() -> new IllegalArgumentException("a public key cannot sign"));
    int bits = this.key instanceof ECKey ec ? ec.getParams().getOrder().bitLength() : 0;
    alg =
        switch (bits) {
          case 256 -> "ES256";
          case 384 -> "ES384";
          default -> throw new IllegalArgumentException("an EC key on P-256 or P-384 is needed");
        };
  }

  /** The message with a signature; its values hold for the broker's usual time. */
  public JsonObject sign(JsonObject message, Instant issued) {
    return with(message, header(issued).build());
  }

  /** The message with a signature; its values hold until a time. */
  public JsonObject sign(JsonObject message, Instant issued, Instant expires) {
    return with(message, header(issued).put("exp", seconds(expires)).build());
  }

  private JsonObject.Builder header(Instant issued) {
    return JsonObject.builder().put("alg", alg).put("kid", keyName).put("iat", seconds(issued));
  }

  private JsonObject with(JsonObject message, JsonObject header) {
    String[] parts = Jws.sign(header, Json.canonical(message), key).split("\\.", -1);
    var signed = JsonObject.builder();
    message.members().forEach(signed::put);
    return signed.put("signature", B64.url(Json.write(header)) + ".." + parts[2]).build();
  }

  private static JsonNumber seconds(Instant time) {
    var exact = BigDecimal.valueOf(time.toEpochMilli(), 3).stripTrailingZeros();
    return new JsonNumber(exact.toPlainString());
  }
}
