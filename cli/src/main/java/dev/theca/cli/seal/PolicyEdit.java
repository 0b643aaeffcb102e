package dev.theca.cli.seal;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Adds a repository to an image policy (containers-policy.json(5)): its images must be signed with
 * a key of the broker. Nothing that the policy demands already is weakened or dropped.
 */
final class PolicyEdit {
  private PolicyEdit() {}

  /** A policy that rejects everything else, when there is none yet. */
  static Outcome<JsonObject> require(Optional<JsonObject> policy, String scope, String keyUri) {
    var requirement =
        JsonObject.builder().put("type", "sigstoreSigned").put("keyPath", keyUri).build();
    var before = policy.orElseGet(PolicyEdit::rejecting);
    var transports = before.object("transports").orElse(JsonObject.builder().build());
    var docker = transports.object("docker").orElse(JsonObject.builder().build());
    var present = docker.array(scope);
    if (present.isPresent() && present.get().contains(requirement)) return Outcome.granted(before);
    if (present.isPresent())
      return Outcome.refused(
          Code.of("seal-policy"),
          "image policy for " + scope,
          "no other requirement, or this one: sigstoreSigned with " + keyUri,
          present.get().size() + " requirements of somebody else",
          "seal with the key that the policy names, or change the policy first");
    return Outcome.granted(
        with(
            before,
            "transports",
            with(transports, "docker", with(docker, scope, JsonArray.of(requirement)))));
  }

  private static JsonObject rejecting() {
    return JsonObject.builder()
        .put("default", JsonArray.of(JsonObject.builder().put("type", "reject").build()))
        .build();
  }

  static JsonObject with(JsonObject json, String name, JsonValue value) {
    var members = new LinkedHashMap<>(json.members());
    members.put(name, value);
    return new JsonObject(members);
  }

  /**
   * Lets images of a repository be decrypted with a key, in the workload policy. A repository that
   * has rules keeps them and gets the key in addition.
   */
  static Outcome<JsonObject> decrypt(Optional<JsonObject> policy, String scope, String keyUri) {
    if (policy.isEmpty())
      return Outcome.refused(
          Code.of("seal-workload-policy"),
          "workload policy",
          "one that names the app enclaves",
          "none",
          "write one: docs/how/one-pod.md");
    var images = new java.util.ArrayList<JsonValue>();
    boolean found = false;
    for (JsonValue item : policy.get().array("images").orElse(List.of())) {
      boolean ours =
          item instanceof JsonObject image && image.string("scope").orElse("").equals(scope);
      if (ours && item instanceof JsonObject image) {
        found = true;
        var keys = new java.util.LinkedHashSet<>(image.strings("decryptWith").orElse(List.of()));
        keys.add(keyUri);
        images.add(with(image, "decryptWith", JsonArray.strings(List.copyOf(keys))));
      } else images.add(item);
    }
    if (!found)
      images.add(
          JsonObject.builder()
              .put("scope", scope)
              .put("decryptWith", JsonArray.of(keyUri))
              .put("encrypted", "required")
              .build());
    return Outcome.granted(with(policy.get(), "images", new JsonArray(images)));
  }
}
