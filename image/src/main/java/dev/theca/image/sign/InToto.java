package dev.theca.image.sign;

import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;
import java.util.List;

/**
 * The in-toto statement that stands for an image signature: one subject, and cosign's predicate.
 * Other predicates are attestations (a scan, a build's provenance): true words about an image, but
 * not somebody's consent to run it.
 */
final class InToto {
  static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";
  static final String COSIGN_SIGN = "https://sigstore.dev/cosign/sign/v1";
  private static final List<String> STATEMENTS =
      List.of("https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1");

  private InToto() {}

  static Outcome<Claim> claim(SignedContent.Envelope envelope) {
    if (!envelope.payloadType().equals(PAYLOAD_TYPE))
      return bad("payload type " + PAYLOAD_TYPE, SignCode.shown(envelope.payloadType()));
    return Json.object(envelope.payload(), Limits.DEFAULT.withBytes(SigstoreBundle.MAX_BYTES))
        .then(InToto::claim);
  }

  private static Outcome<Claim> claim(JsonObject statement) {
    if (!STATEMENTS.contains(statement.string("_type").orElse("")))
      return bad("an in-toto statement", "another document");
    String predicate = statement.string("predicateType").orElse("");
    if (!predicate.equals(COSIGN_SIGN))
      return bad("predicate " + COSIGN_SIGN, "an attestation, " + SignCode.shown(predicate));
    var subjects = statement.array("subject").orElse(List.of());
    if (subjects.size() != 1 || !(subjects.getFirst() instanceof JsonObject subject))
      return bad("one subject", subjects.size() + "");
    String hex = subject.object("digest").flatMap(d -> d.string("sha256")).orElse("");
    return Digest.parse("sha256:" + hex)
        .map(digest -> new Claim(digest, subject.string("name").orElse("")));
  }

  /** The statement of an image's signature; ours names the repository, cosign's does not. */
  static byte[] statement(String repository, Digest digest) {
    var subject =
        JsonObject.builder()
            .put("name", repository)
            .put("digest", JsonObject.builder().put(digest.algorithm(), digest.hex()).build())
            .build();
    return Json.write(
        JsonObject.builder()
            .put("_type", STATEMENTS.getFirst())
            .put("subject", JsonArray.of(subject))
            .put("predicateType", COSIGN_SIGN)
            .put("predicate", JsonObject.builder().build())
            .build());
  }

  private static <T> Outcome<T> bad(String expected, String found) {
    return SignCode.CLAIM.refused("signed statement", expected, found, "sign the image itself");
  }
}
