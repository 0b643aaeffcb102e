package dev.theca.image;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Which signatures an image needs, in the format of containers-policy.json(5). Read here: {@code
 * default}, transport {@code docker} with its scopes, and the requirements {@code reject}, {@code
 * insecureAcceptAnything} and {@code sigstoreSigned} with {@code keyPath} or {@code keyData}; the
 * most specific scope counts. A policy with anything else is refused, never half read.
 */
public final class SignaturePolicy {
  /** One demand; all demands of a scope must hold. */
  public sealed interface Requirement {
    /** No image is good enough. */
    record Reject() implements Requirement {}

    /** Every image is good enough. */
    record Anything() implements Requirement {}

    /** Signed by a key: its place, or its PEM. */
    record Signed(Optional<String> keyPath, Optional<String> keyPem) implements Requirement {}
  }

  private final JsonObject scopes;
  private final List<Requirement> byDefault;

  private SignaturePolicy(JsonObject scopes, List<Requirement> byDefault) {
    this.scopes = scopes;
    this.byDefault = byDefault;
  }

  public static Outcome<SignaturePolicy> parse(byte[] json) {
    return Json.object(json)
        .then(
            policy ->
                policy
                    .requireArray("default")
                    .then(SignaturePolicy::requirements)
                    .then(
                        fallback -> {
                          var scopes =
                              policy
                                  .object("transports")
                                  .flatMap(t -> t.object("docker"))
                                  .orElse(JsonObject.builder().build());
                          for (JsonValue scope : scopes.members().values()) {
                            if (requirements(scope)
                                instanceof Outcome.Refused<List<Requirement>> no) return no.as();
                          }
                          return Outcome.granted(new SignaturePolicy(scopes, fallback));
                        }));
  }

  /** What this image needs. */
  public List<Requirement> of(ImageRef image) {
    for (String scope : scopesOf(image)) {
      var found = scopes.get(scope);
      if (found.isPresent()) return requirements(found.get()).orThrow();
    }
    return byDefault;
  }

  /** From the most specific to the least: with tag, repository, its parents, host, all. */
  private static List<String> scopesOf(ImageRef image) {
    var list = new ArrayList<String>();
    image.digest().ifPresent(digest -> list.add(image.name() + "@" + digest));
    if (!image.tag().isEmpty()) list.add(image.name() + ":" + image.tag());
    String scope = image.name();
    for (int slash = scope.length(); slash > 0; slash = scope.lastIndexOf('/')) {
      scope = scope.substring(0, slash);
      list.add(scope);
    }
    list.add("");
    return list;
  }

  private static Outcome<List<Requirement>> requirements(JsonValue value) {
    return value instanceof JsonArray(var items)
        ? requirements(items)
        : refused("a list of requirements", "another value");
  }

  private static Outcome<List<Requirement>> requirements(List<JsonValue> items) {
    var list = new ArrayList<Requirement>();
    for (JsonValue item : items) {
      var read =
          item instanceof JsonObject json ? requirement(json) : Optional.<Requirement>empty();
      if (read.isEmpty())
        return refused(
            "reject, insecureAcceptAnything, or sigstoreSigned with keyPath or keyData",
            "another requirement");
      list.add(read.get());
    }
    return list.isEmpty() ? refused("at least one requirement", "none") : Outcome.granted(list);
  }

  private static Optional<Requirement> requirement(JsonObject json) {
    return switch (json.string("type").orElse("")) {
      case "reject" -> Optional.of(new Requirement.Reject());
      case "insecureAcceptAnything" -> Optional.of(new Requirement.Anything());
      case "sigstoreSigned" -> signed(json);
      default -> Optional.empty();
    };
  }

  private static Optional<Requirement> signed(JsonObject json) {
    for (String name : json.members().keySet()) {
      if (!List.of("type", "keyPath", "keyData", "signedIdentity").contains(name))
        return Optional.empty();
    }
    String identity =
        json.object("signedIdentity").flatMap(i -> i.string("type")).orElse("matchRepository");
    if (!identity.equals("matchRepository")) return Optional.empty();
    var path = json.string("keyPath");
    try {
      var pem =
          json.string("keyData")
              .map(
                  data ->
                      new String(
                          Base64.getDecoder().decode(data),
                          java.nio.charset.StandardCharsets.UTF_8));
      return path.isPresent() == pem.isPresent()
          ? Optional.empty()
          : Optional.of(new Requirement.Signed(path, pem));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return Outcome.refused(
        Code.of("image-policy"), "image policy", expected, found, "correct the image policy");
  }
}
