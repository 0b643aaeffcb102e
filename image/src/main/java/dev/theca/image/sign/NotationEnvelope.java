package dev.theca.image.sign;

import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.B64;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A JWS envelope of the Notary Project (notaryproject/specifications, "JWS Signature Envelope",
 * scheme {@code notary.x509}), read but not judged.
 *
 * @param input what the signature is over
 * @param certificates DER, the signer's first
 */
record NotationEnvelope(
    String algorithm,
    byte[] input,
    byte[] signature,
    List<byte[]> certificates,
    Instant signedAt,
    Optional<Instant> expiry,
    byte[] payload) {
  static final String ARTIFACT = "application/vnd.cncf.notary.signature";
  static final String TYPE = "application/jose+json";
  static final int MAX_BYTES = 128 << 10;
  private static final String SCHEME = "io.cncf.notary.signingScheme";
  private static final String TIME = "io.cncf.notary.signingTime";
  private static final String EXPIRY = "io.cncf.notary.expiry";
  private static final int MAX_CERTIFICATES = 8;

  static Outcome<NotationEnvelope> parse(byte[] json) {
    return Json.object(json, Limits.DEFAULT.withBytes(MAX_BYTES)).then(NotationEnvelope::read);
  }

  private static Outcome<NotationEnvelope> read(JsonObject json) {
    String payload = json.string("payload").orElse("");
    String guarded = json.string("protected").orElse("");
    var signature = B64.fromUrl(json.string("signature").orElse(""));
    var body = B64.fromUrl(payload);
    var header = B64.fromUrl(guarded);
    if (signature.isEmpty() || body.isEmpty() || header.isEmpty())
      return bad("payload, protected and signature in base64url", "others");
    var certificates = new ArrayList<byte[]>();
    try {
      for (String one : json.object("header").flatMap(h -> h.strings("x5c")).orElse(List.of()))
        certificates.add(Base64.getDecoder().decode(one));
    } catch (IllegalArgumentException e) {
      return bad("certificates in base64", "other text");
    }
    if (certificates.isEmpty() || certificates.size() > MAX_CERTIFICATES)
      return bad("1 to " + MAX_CERTIFICATES + " certificates", certificates.size() + "");
    byte[] input = (guarded + "." + payload).getBytes(StandardCharsets.US_ASCII);
    return Json.object(header.get())
        .then(
            h -> {
              var critical = h.strings("crit").orElse(List.of());
              if (!critical.contains(SCHEME) || !Set.of(SCHEME, EXPIRY).containsAll(critical))
                return bad("critical headers that are known", String.join(", ", critical));
              if (!h.string(SCHEME).equals(Optional.of("notary.x509"))
                  || !h.string("cty")
                      .equals(Optional.of("application/vnd.cncf.notary.payload.v1+json")))
                return bad("scheme notary.x509 over a notary payload", "another");
              if (h.get(EXPIRY).isPresent() != critical.contains(EXPIRY))
                return bad("an expiry that is critical", "another");
              try {
                return Outcome.granted(
                    new NotationEnvelope(
                        h.string("alg").orElse(""),
                        input,
                        signature.get(),
                        certificates,
                        time(h.string(TIME).orElse("")),
                        h.get(EXPIRY).isPresent()
                            ? Optional.of(time(h.string(EXPIRY).orElse("")))
                            : Optional.empty(),
                        body.get()));
              } catch (DateTimeException e) {
                return bad("times (RFC 3339)", "other text");
              }
            });
  }

  private static Instant time(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }

  /** The digest of the artifact that was signed; what follows it is not ours to judge. */
  Outcome<Digest> target() {
    return Json.object(payload)
        .then(
            json ->
                json.members().keySet().equals(Set.of("targetArtifact"))
                    ? json.requireObject("targetArtifact")
                    : bad("member targetArtifact alone", "others"))
        .then(target -> target.requireString("digest"))
        .then(Digest::parse);
  }

  static <T> Outcome<T> bad(String expected, String found) {
    return SignCode.SIGNATURE.refused(
        "Notation signature", expected, SignCode.shown(found), "sign the image again");
  }
}
