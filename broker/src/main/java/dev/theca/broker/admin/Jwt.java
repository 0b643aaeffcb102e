package dev.theca.broker.admin;

import dev.theca.wire.jose.B64;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A compact JWS (RFC 7515, section 7.1) taken apart; nothing of it is believed yet. */
record Jwt(JsonObject header, JsonObject claims, byte[] signed, byte[] signature) {
  static final int MAX_CHARS = 32 << 10;
  private static final Limits LIMITS = Limits.DEFAULT.withDepth(16);

  /** Empty when the text is none, or asks for an extension (RFC 7515, section 4.1.11). */
  static Optional<Jwt> read(String text) {
    if (text.length() > MAX_CHARS) return Optional.empty();
    String[] parts = text.split("\\.", -1);
    if (parts.length != 3) return Optional.empty();
    var header = object(parts[0]).filter(h -> h.get("crit").isEmpty());
    var claims = object(parts[1]);
    var signature = B64.fromUrl(parts[2]);
    if (header.isEmpty() || claims.isEmpty() || signature.isEmpty()) return Optional.empty();
    byte[] signed = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
    return Optional.of(new Jwt(header.get(), claims.get(), signed, signature.get()));
  }

  String alg() {
    return header.string("alg").orElse("");
  }

  String kid() {
    return header.string("kid").orElse("");
  }

  private static Optional<JsonObject> object(String part) {
    return B64.fromUrl(part)
        .flatMap(
            bytes ->
                Json.object(bytes, LIMITS)
                        instanceof dev.theca.wire.Outcome.Granted<JsonObject>(var object)
                    ? Optional.of(object)
                    : Optional.empty());
  }
}
