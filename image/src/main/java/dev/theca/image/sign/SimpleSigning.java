package dev.theca.image.sign;

import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;
import java.util.Optional;
import java.util.Set;

/**
 * The payload of simple signing (containers-signature(5)), which GPG signatures and cosign's share.
 * What is critical must be understood: an unknown critical member refuses the whole payload.
 */
public record SimpleSigning(String type, String reference, Digest digest) {
  public static final String GPG = "atomic container signature";
  public static final String COSIGN = "cosign container image signature";

  /** More is no payload of this kind. */
  public static final int MAX_BYTES = 64 << 10;

  public static Outcome<SimpleSigning> parse(byte[] payload) {
    return Json.object(payload, Limits.DEFAULT.withBytes(MAX_BYTES))
        .then(
            json -> {
              var optional = json.get("optional");
              boolean known =
                  Set.of("critical", "optional").containsAll(json.members().keySet())
                      && optional
                          .filter(o -> !(o instanceof JsonObject) && !(o instanceof JsonNull))
                          .isEmpty();
              if (!known) return bad("the members critical and optional", "others");
              return critical(json.object("critical"));
            });
  }

  private static Outcome<SimpleSigning> critical(Optional<JsonObject> critical) {
    var identity = critical.flatMap(c -> c.object("identity"));
    var image = critical.flatMap(c -> c.object("image"));
    if (critical.isEmpty() || identity.isEmpty() || image.isEmpty())
      return bad("critical members identity, image and type", "others");
    if (!only(critical.get(), "identity", "image", "type")
        || !only(identity.get(), "docker-reference")
        || !only(image.get(), "docker-manifest-digest"))
      return bad("no critical member that is unknown", "one");
    var type = critical.get().string("type");
    var reference = identity.get().string("docker-reference");
    var digest = image.get().string("docker-manifest-digest");
    if (type.isEmpty() || reference.isEmpty() || digest.isEmpty())
      return bad("texts as type, docker-reference and docker-manifest-digest", "other values");
    return Digest.parse(digest.get())
        .map(parsed -> new SimpleSigning(type.get(), reference.get(), parsed));
  }

  private static boolean only(JsonObject json, String... names) {
    return Set.of(names).containsAll(json.members().keySet());
  }

  /** The claim, when the payload is of the kind that its signature is. */
  Outcome<Claim> claim(String expectedType) {
    return type.equals(expectedType)
        ? Outcome.granted(new Claim(digest, reference))
        : bad("type '" + expectedType + "'", SignCode.shown(type));
  }

  /** The payload with these optional members. */
  public byte[] bytes(JsonObject optional) {
    return Json.write(
        JsonObject.builder()
            .put(
                "critical",
                JsonObject.builder()
                    .put(
                        "identity", JsonObject.builder().put("docker-reference", reference).build())
                    .put(
                        "image",
                        JsonObject.builder()
                            .put("docker-manifest-digest", digest.toString())
                            .build())
                    .put("type", type)
                    .build())
            .put("optional", optional)
            .build());
  }

  private static <T> Outcome<T> bad(String expected, String found) {
    return SignCode.CLAIM.refused("signed payload", expected, found, "sign the image again");
  }
}
