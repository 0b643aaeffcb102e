package dev.theca.wire.jose;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/**
 * JSON Web Signature, compact form (RFC 7515), with ES256, ES384 or EdDSA; the verifier names the
 * algorithm, never the message.
 */
public final class Jws {
  private static final int MAX_CHARS = 256 << 10;

  private Jws() {}

  /** A verified message: its header and payload. */
  public record Verified(JsonObject header, byte[] payload) {}

  /** Signs; {@code header} is written as given and must name {@code alg}. */
  public static String sign(JsonObject header, byte[] payload, PrivateKey key) {
    String alg = header.string("alg").orElse("");
    String input = B64.url(Json.write(header)) + "." + B64.url(payload);
    try {
      var signature = Signature.getInstance(jdkName(alg));
      signature.initSign(key);
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + B64.url(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign with " + alg, e);
    }
  }

  /** The header without any check of the signature: only to find the key. */
  public static Outcome<JsonObject> unverifiedHeader(String compact) {
    int dot = compact.indexOf('.');
    if (dot < 0 || compact.length() > MAX_CHARS)
      return refused("three parts joined by dots", "none");
    return B64.fromUrl(compact.substring(0, dot))
        .map(Json::object)
        .orElseGet(() -> refused("a base64url header", "other text"));
  }

  /** Verifies under {@code key} with exactly the algorithm {@code alg}. */
  public static Outcome<Verified> verify(String compact, String alg, PublicKey key) {
    if (compact.length() > MAX_CHARS)
      return refused("at most " + MAX_CHARS + " characters", compact.length() + "");
    String[] parts = compact.split("\\.", -1);
    if (parts.length != 3) return refused("three parts joined by dots", parts.length + " parts");
    var payload = B64.fromUrl(parts[1]);
    var value = B64.fromUrl(parts[2]);
    if (payload.isEmpty() || value.isEmpty()) return refused("base64url parts", "other text");
    return unverifiedHeader(compact)
        .then(
            header -> {
              String named = header.string("alg").orElse("");
              if (!named.equals(alg)) return refused("alg " + alg, "alg '" + named + "'");
              if (header.get("crit").isPresent()) return refused("no critical extension", "one");
              if (!holds(parts[0] + "." + parts[1], value.get(), alg, key))
                return refused("a signature of the expected key", "another");
              return Outcome.granted(new Verified(header, payload.get()));
            });
  }

  private static boolean holds(String input, byte[] value, String alg, PublicKey key) {
    try {
      var signature = Signature.getInstance(jdkName(alg));
      signature.initVerify(key);
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return signature.verify(value);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static String jdkName(String alg) {
    return switch (alg) {
      case "ES256" -> "SHA256withECDSAinP1363Format";
      case "ES384" -> "SHA384withECDSAinP1363Format";
      case "EdDSA" -> "Ed25519";
      default -> throw new IllegalArgumentException("alg " + alg + " is not used here");
    };
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return Outcome.refused(
        Code.of("bad-jws"),
        "signed message (JWS)",
        expected,
        found,
        "ask the sender for a new one");
  }
}
