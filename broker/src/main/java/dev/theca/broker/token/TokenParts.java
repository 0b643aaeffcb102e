package dev.theca.broker.token;

import dev.theca.wire.Outcome;
import dev.theca.wire.jose.B64;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A compact JWS taken apart (RFC 7515, section 3.1) and not believed yet.
 *
 * @param signed the bytes that the signature covers
 */
record TokenParts(JsonObject header, byte[] payload, byte[] signed, byte[] signature) {
  static final int MAX_CHARS = 256 << 10;
  private static final Limits LIMITS = Limits.DEFAULT.withDepth(64);

  static Outcome<TokenParts> of(String token) {
    if (token.length() > MAX_CHARS)
      return TokenCode.TOKEN_TOO_LARGE.refused(
          "at most " + MAX_CHARS + " characters",
          token.length() + "",
          "ask for a token that is not verbose");
    int first = token.indexOf('.');
    int second = token.indexOf('.', first + 1);
    if (first < 0 || second < 0) return malformed("three parts joined by dots", "fewer");
    if (token.indexOf('.', second + 1) >= 0)
      return TokenCode.TOKEN_ENCRYPTED.refused(
          "a signed token (JWS) of three parts",
          "more parts, as an encrypted one has",
          "send the signed token itself");
    var header = B64.fromUrl(token.substring(0, first));
    var payload = B64.fromUrl(token.substring(first + 1, second));
    var signature = B64.fromUrl(token.substring(second + 1));
    if (header.isEmpty() || payload.isEmpty() || signature.isEmpty())
      return malformed("base64url without padding", "other text");
    byte[] signed = token.substring(0, second).getBytes(StandardCharsets.US_ASCII);
    return object(header.get(), "header")
        .then(TokenParts::plain)
        .map(json -> new TokenParts(json, payload.get(), signed, signature.get()));
  }

  private static Outcome<JsonObject> plain(JsonObject header) {
    if (header.get("crit").isPresent())
      return TokenCode.TOKEN_CRITICAL.refused(
          "no critical extension (crit)", "one", "send a token without extensions");
    if (header.get("enc").isPresent() || header.get("zip").isPresent())
      return TokenCode.TOKEN_ENCRYPTED.refused(
          "a signed token", "the header of an encrypted one", "send the signed token itself");
    return Outcome.granted(header);
  }

  Outcome<JsonObject> claims() {
    return object(payload, "payload");
  }

  Optional<String> kid() {
    return header.string("kid");
  }

  private static Outcome<JsonObject> object(byte[] json, String part) {
    return Json.object(json, LIMITS) instanceof Outcome.Granted<JsonObject> granted
        ? granted
        : malformed("a " + part + " that is a JSON object without duplicate members", "another");
  }

  private static <T> Outcome<T> malformed(String expected, String found) {
    return TokenCode.TOKEN_MALFORMED.refused(expected, found, "attest again");
  }
}
