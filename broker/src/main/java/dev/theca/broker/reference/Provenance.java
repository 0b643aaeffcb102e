package dev.theca.broker.reference;

import dev.theca.evidence.Corim;
import dev.theca.evidence.EvidenceCode;
import dev.theca.wire.Outcome;
import dev.theca.wire.cbor.Cbor;
import dev.theca.wire.cbor.CborValue;
import dev.theca.wire.cbor.CborValue.CborTag;
import dev.theca.wire.jose.B64;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whether a message comes from a key that may say what is good: a JWS with detached payload (RFC
 * 7515, appendix F) over the canonical form (RFC 8785) of the message, or a CoRIM that is signed
 * itself (COSE_Sign1).
 */
final class Provenance {
  /** How far the clock of a signer may be ahead. */
  private static final Duration AHEAD = Duration.ofMinutes(5);

  private static final int MAX_CHARS = 8 << 10;
  private static final int MAX_CORIM = 1 << 20;
  private static final BigDecimal LAST_SECOND = BigDecimal.valueOf(253402300799L);

  private final List<ProvenanceKey> keys;

  Provenance(List<ProvenanceKey> keys) {
    this.keys = List.copyOf(keys);
  }

  /** The signer of a message, by its signature. */
  Outcome<Origin> of(ReferenceMessage message, Instant now) {
    String[] parts = message.signature().split("\\.", -1);
    if (message.signature().length() > MAX_CHARS || parts.length != 3 || !parts[1].isEmpty())
      return bad("a JWS with detached payload, header..signature", "another form");
    var header = B64.fromUrl(parts[0]).map(Json::object);
    var value = B64.fromUrl(parts[2]);
    if (value.isEmpty()
        || header.isEmpty()
        || !(header.get() instanceof Outcome.Granted<JsonObject>(var named))
        || named.get("crit").isPresent()
        || named.get("b64").isPresent())
      return bad("a header in base64url JSON without extensions", "another");
    String kid = named.string("kid").orElse("");
    var key = keys.stream().filter(k -> k.name().equals(kid)).findFirst();
    if (key.isEmpty()) return bad("kid of a configured provenance key", ReferenceCode.shown(kid));
    String content = parts[0] + "." + B64.url(Json.canonical(message.unsigned()));
    if (!key.get()
        .key()
        .verifies(
            named.string("alg").orElse(""),
            content.getBytes(StandardCharsets.US_ASCII),
            value.get()))
      return bad("a signature of the key " + kid, "another, or changed content");
    if (!key.get().validAt(now)) return expiredKey(kid, key.get());
    var issued = time(named, "iat");
    if (issued.isEmpty()) return bad("iat in the header, a NumericDate", "none");
    if (issued.get().isAfter(now.plus(AHEAD))) return ahead(issued.get());
    var expires = time(named, "exp");
    if (named.get("exp").isPresent() && expires.isEmpty())
      return bad("exp as a NumericDate", "another value");
    return Outcome.granted(new Origin("key:" + kid, issued.get(), issued.get(), expires, key));
  }

  /** What a signed CoRIM says, and who signed it. */
  record SignedCorim(Origin origin, Corim corim) {}

  /** Whether the bytes are COSE_Sign1 (tag 18), perhaps within the tags of older writers. */
  static boolean isSigned(byte[] corim) {
    if (!(Cbor.decodeAnyOrder(corim, MAX_CORIM) instanceof Outcome.Granted<CborValue>(var value)))
      return false;
    while (value instanceof CborTag(long tag, CborValue inner)) {
      if (tag == 18) return true;
      if (tag != 500 && tag != 502) return false;
      value = inner;
    }
    return false;
  }

  /**
   * The signer of a CoRIM. Its not-before stands for the time of issue, so that an older manifest
   * cannot come back; without it the CoRIM has no order, and is refused.
   */
  Outcome<SignedCorim> of(byte[] corim, Instant now) {
    for (ProvenanceKey key : keys) {
      switch (Corim.verify(corim, key.key().publicKey(), now)) {
        case Outcome.Refused<Corim>(var reasons) -> {
          if (reasons.getFirst().code() == EvidenceCode.POLICY_FRESHNESS)
            return ReferenceCode.TIME.refuse(
                "validity of the signed CoRIM",
                "around " + now,
                "another",
                "ask for a current one");
        }
        case Outcome.Granted<Corim>(var manifest) -> {
          if (!key.validAt(now)) return expiredKey(key.name(), key);
          if (manifest.notBefore().isEmpty())
            return bad(
                "a signed CoRIM with not-before, or a signed message around it", "one without");
          var origin =
              new Origin(
                  "key:" + key.name(),
                  manifest.notBefore().get(),
                  now,
                  manifest.notAfter(),
                  Optional.of(key));
          return Outcome.granted(new SignedCorim(origin, manifest));
        }
      }
    }
    return bad("a CoRIM signed by a configured provenance key", "another signature");
  }

  private static Optional<Instant> time(JsonObject header, String name) {
    if (!(header.members().get(name) instanceof JsonNumber number)
        || !number.literal().matches("[0-9]{1,12}(\\.[0-9]{1,9})?")) return Optional.empty();
    var seconds = number.toBigDecimal();
    return seconds.compareTo(LAST_SECOND) > 0
        ? Optional.empty()
        : Optional.of(Instant.ofEpochMilli(seconds.movePointRight(3).longValue()));
  }

  private static <T> Outcome<T> expiredKey(String name, ProvenanceKey key) {
    return ReferenceCode.TIME.refuse(
        "provenance key " + name,
        "valid now",
        "expired on " + key.expires().map(Instant::toString).orElse("an unknown day"),
        "sign with a current key");
  }

  private static <T> Outcome<T> ahead(Instant issued) {
    return ReferenceCode.TIME.refuse(
        "iat of the signature", "not in the future", issued.toString(), "set the signer's clock");
  }

  private static <T> Outcome<T> bad(String expected, String found) {
    return ReferenceCode.SIGNATURE.refuse(
        "provenance of the reference values",
        expected,
        found,
        "sign with a key of [[reference.keys]], or add the key there");
  }
}
