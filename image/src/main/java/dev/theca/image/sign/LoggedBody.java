package dev.theca.image.sign;

import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.der.Pem;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether the body of a log entry is about one signature: the same content, signature and verifier
 * (Rekor types hashedrekord and dsse, both 0.0.1 and 0.0.2, and intoto 0.0.2).
 */
record LoggedBody(SignedContent content, byte[] verifierDer) {
  Outcome<Boolean> matches(byte[] body) {
    return Json.object(body, Limits.DEFAULT.withBytes(LogEntry.MAX_BODY))
        .then(
            json -> {
              String kind =
                  json.string("kind").orElse("") + " " + json.string("apiVersion").orElse("");
              var spec = json.object("spec").orElse(JsonObject.builder().build());
              boolean same =
                  switch (kind) {
                    case "hashedrekord 0.0.1" -> hashedRekord(spec);
                    case "dsse 0.0.1" -> dsse(spec);
                    case "hashedrekord 0.0.2" -> hashedRekord2(spec);
                    case "dsse 0.0.2" -> dsse2(spec);
                    case "intoto 0.0.2" -> intoto(spec);
                    default -> false;
                  };
              return same
                  ? Outcome.granted(true)
                  : LogEntry.bad(
                      "about this content, signature and certificate",
                      "about others (" + SignCode.shown(kind) + ")");
            });
  }

  private boolean hashedRekord(JsonObject spec) {
    var signature = spec.object("signature");
    return spec.object("data").filter(d -> hash(d, "hash", content.messageDigest())).isPresent()
        && signature.filter(s -> base64(s, "content", content.signature())).isPresent()
        && signature
            .flatMap(s -> s.object("publicKey"))
            .flatMap(k -> k.string("content"))
            .filter(this::verifier)
            .isPresent();
  }

  private boolean dsse(JsonObject spec) {
    return content instanceof SignedContent.Envelope envelope
        && hash(spec, "payloadHash", Digest.sha256(envelope.payload()))
        && only(spec, "signatures")
            .filter(s -> base64(s, "signature", content.signature()))
            .flatMap(s -> s.string("verifier"))
            .filter(this::verifier)
            .isPresent();
  }

  /** Version 2 of Rekor: bytes in base64, the verifier in DER. */
  private boolean hashedRekord2(JsonObject spec) {
    var entry = spec.object("hashedRekordV002");
    return entry
            .flatMap(e -> e.object("data"))
            .filter(d -> digest(d, content.messageDigest()))
            .isPresent()
        && entry.flatMap(e -> e.object("signature")).filter(this::signature2).isPresent();
  }

  private boolean dsse2(JsonObject spec) {
    var entry = spec.object("dsseV002");
    return content instanceof SignedContent.Envelope envelope
        && entry
            .flatMap(e -> e.object("payloadHash"))
            .filter(h -> digest(h, Digest.sha256(envelope.payload())))
            .isPresent()
        && entry.flatMap(e -> only(e, "signatures")).filter(this::signature2).isPresent();
  }

  private boolean signature2(JsonObject signature) {
    var verifier = signature.object("verifier");
    return base64(signature, "content", content.signature())
        && Stream.of("x509Certificate", "publicKey")
            .flatMap(name -> verifier.flatMap(v -> v.object(name)).stream())
            .filter(v -> base64(v, "rawBytes", verifierDer))
            .findFirst()
            .isPresent();
  }

  private static boolean digest(JsonObject json, Digest expected) {
    return json.string("algorithm").equals(Optional.of("SHA2_256"))
        && base64(json, "digest", expected.toBytes());
  }

  /** Its signatures are base64 twice: Rekor stored the envelope's text. */
  private boolean intoto(JsonObject spec) {
    var inner = spec.object("content");
    byte[] text =
        Base64.getEncoder().encodeToString(content.signature()).getBytes(StandardCharsets.US_ASCII);
    return content instanceof SignedContent.Envelope envelope
        && inner
            .filter(c -> hash(c, "payloadHash", Digest.sha256(envelope.payload())))
            .flatMap(c -> c.object("envelope"))
            .flatMap(e -> only(e, "signatures"))
            .filter(s -> base64(s, "sig", text))
            .flatMap(s -> s.string("publicKey"))
            .filter(this::verifier)
            .isPresent();
  }

  private static Optional<JsonObject> only(JsonObject json, String name) {
    var list = json.array(name).orElse(List.of());
    return list.size() == 1 && list.getFirst() instanceof JsonObject one
        ? Optional.of(one)
        : Optional.empty();
  }

  private static boolean hash(JsonObject json, String name, Digest expected) {
    var hash = json.object(name);
    return hash.flatMap(h -> h.string("algorithm")).equals(Optional.of(expected.algorithm()))
        && hash.flatMap(h -> h.string("value")).equals(Optional.of(expected.hex()));
  }

  private static boolean base64(JsonObject json, String name, byte[] expected) {
    return json.string(name)
        .flatMap(LoggedBody::decoded)
        .filter(found -> Arrays.equals(found, expected))
        .isPresent();
  }

  private boolean verifier(String base64) {
    return decoded(base64)
        .map(pem -> new String(pem, StandardCharsets.US_ASCII))
        .filter(pem -> only(pem, "CERTIFICATE") || only(pem, "PUBLIC KEY"))
        .isPresent();
  }

  private boolean only(String pem, String label) {
    var blocks = Pem.read(label, pem).orElse(List.of());
    return blocks.size() == 1 && Arrays.equals(blocks.getFirst(), verifierDer);
  }

  private static Optional<byte[]> decoded(String text) {
    try {
      return Optional.of(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
