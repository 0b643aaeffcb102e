package dev.theca.image.sign;

import dev.theca.image.Document;
import dev.theca.image.ImageRef;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What tests of the judgement share: one image's name, policies, and the words of a refusal. */
final class Judging {
  static final String NAME = "registry.example/team/app";
  static final ImageRef REF = ImageRef.parse(NAME + ":1.0").orThrow();
  static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

  private Judging() {}

  static ImagePolicy policy(String json) {
    return ImagePolicy.parse(
            json.getBytes(StandardCharsets.UTF_8), SignatureMeans.of(KeyMaterial.none()))
        .orThrow();
  }

  static ImagePolicy requiring(JsonValue... requirements) {
    return policy(
        Json.text(JsonObject.builder().put("default", JsonArray.of(requirements)).build()));
  }

  static JsonObject sigstore(Map<String, JsonValue> members) {
    var out = JsonObject.builder().put("type", "sigstoreSigned");
    members.forEach(out::put);
    return out.build();
  }

  static JsonObject keyed(String pem) {
    return sigstore(Map.of("keyData", new JsonString(pem)));
  }

  static Outcome<Accepted> judge(ImagePolicy policy, FakeRepository repository, Document image) {
    return judge(policy, repository, image, REF);
  }

  static Outcome<Accepted> judge(
      ImagePolicy policy, FakeRepository repository, Document image, ImageRef ref) {
    return policy.accept(ref, image, Set.of(image.digest()), repository, InstantSource.fixed(NOW));
  }

  static List<String> why(Outcome<Accepted> outcome) {
    return switch (outcome) {
      case Outcome.Granted<Accepted>(var accepted) -> List.of("accepted: " + accepted);
      case Outcome.Refused<Accepted>(var reasons) ->
          reasons.stream().map(Refusal::toString).toList();
    };
  }
}
