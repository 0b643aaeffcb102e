package dev.theca.broker.policy;

import dev.theca.evidence.TrustVector.Tier;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** What in a token is not affirming, the worst first: one reason for each trust claim. */
final class TokenReasons {
  private TokenReasons() {}

  private record Bad(String part, String claim, int value, JsonObject submodule) {
    int weight() {
      return -Tier.of(value).ordinal();
    }
  }

  static List<Refusal> of(JsonObject token) {
    var parts = token.object("submods").map(JsonObject::members).orElse(Map.of());
    if (parts.isEmpty())
      return List.of(
          new Refusal(
              PolicyCode.POLICY_DENIED,
              "submodules of the token",
              "at least one",
              "none",
              "attest, and ask with that token"));
    var all = new ArrayList<Bad>();
    var silent = new ArrayList<Refusal>();
    parts.forEach(
        (name, part) -> {
          if (!(part instanceof JsonObject submodule)) return;
          int before = all.size();
          collect(name, submodule, all);
          if (all.size() == before
              && !submodule.string("ear.status").filter("affirming"::equals).isPresent())
            silent.add(silent(name, submodule));
        });
    all.sort(Comparator.comparingInt(Bad::weight));
    var reasons = new ArrayList<>(all.stream().map(TokenReasons::reason).toList());
    reasons.addAll(silent);
    return reasons;
  }

  private static void collect(String name, JsonObject submodule, List<Bad> all) {
    var vector = submodule.object("ear.trustworthiness-vector");
    if (vector.isEmpty()) return;
    for (String claim : TrustVector.NAMES) {
      JsonValue value = vector.get().members().get(claim);
      if (!(value instanceof JsonNumber number)) continue;
      int known = Math.clamp(number.toLong().orElse(99L), -128, 127);
      if (Tier.of(known).compareTo(Tier.AFFIRMING) > 0)
        all.add(new Bad(name, claim, known, submodule));
    }
  }

  private static Refusal silent(String name, JsonObject submodule) {
    return new Refusal(
        PolicyCode.POLICY_DENIED,
        "status of " + name,
        "affirming",
        submodule.string("ear.status").orElse("none"),
        "see what the attestation policy says of this kind of evidence");
  }

  private static Refusal reason(Bad bad) {
    var evidence =
        bad.submodule
            .object("ear.veraison.annotated-evidence")
            .orElse(JsonObject.builder().build());
    String tee = "";
    JsonObject claims = JsonObject.builder().build();
    for (var member : evidence.members().entrySet()) {
      if (member.getKey().endsWith("_claims") || !(member.getValue() instanceof JsonObject object))
        continue;
      tee = member.getKey();
      claims = object;
    }
    String found = ClaimsShown.found(tee, bad.claim, claims);
    return new Refusal(
        TrustClaimCode.of(bad.claim, bad.value),
        bad.claim + " of " + bad.part + (tee.isEmpty() ? "" : " (" + tee + ")"),
        "a value that affirms",
        bad.value + (found.isEmpty() ? "" : ": " + found),
        ClaimsShown.next(tee, bad.claim, bad.value, claims));
  }
}
