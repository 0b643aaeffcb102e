package dev.theca.broker.appraise;

import dev.theca.broker.policy.ClaimsShown;
import dev.theca.broker.policy.TrustClaimCode;
import dev.theca.broker.policy.Unmet;
import dev.theca.evidence.EvidenceType;
import dev.theca.evidence.TrustVector.Tier;
import dev.theca.rego.Explanation;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Boils the engine's explanation of an appraisal down to what an operator needs: for each trust
 * claim that does not affirm, the conditions of the policy that did not hold, what they were
 * compared with, and what to do. Bounded: so many conditions for each claim, so many characters for
 * each text.
 */
final class WhyNot {
  private static final int MOST = 4;
  private static final Pattern TEXT = Pattern.compile("\"([^\"]{1,200})\"");
  private static final Pattern TEE = Pattern.compile("input(?:\\.([a-z]+)|\\[\"([a-z-]+)\"])");

  private final Submodule part;
  private final String tee;
  private final JsonObject claims;

  private WhyNot(Submodule part) {
    this.part = part;
    this.tee = part.evidence().type().word();
    this.claims = part.evidence().claims();
  }

  /** Entries for the claims of a submodule that do not affirm. */
  static List<JsonValue> of(Submodule part, Explanation explanation) {
    var why = new WhyNot(part);
    var entries = new ArrayList<JsonValue>();
    part.said()
        .vector()
        .claims()
        .forEach(
            (claim, value) -> {
              if (Tier.of(value).compareTo(Tier.AFFIRMING) > 0)
                entries.addAll(why.entries(claim, value, explanation));
            });
    if (entries.isEmpty()) entries.add(why.silent());
    return entries;
  }

  private List<JsonObject> entries(String claim, int value, Explanation explanation) {
    String rule = "data.policy." + claim.replace('-', '_');
    var unmet =
        Unmet.rule(explanation, rule)
            .or(() -> Unmet.rule(explanation, "data.policy.trust_claims"))
            .map(Unmet::of)
            .orElse(List.of());
    var mine = unmet.stream().filter(this::concerns).toList();
    if (mine.isEmpty()) return List.of(entry(claim, value, "", "", "a value that affirms", ""));
    return Unmet.first(mine, MOST).stream()
        .map(one -> entry(claim, value, one.condition(), one.at() + "", expected(one), one.found()))
        .toList();
  }

  /**
   * Whether a condition looked at this TEE: policies have rules for all of them, and those of the
   * others find nothing to look at.
   */
  private boolean concerns(Unmet unmet) {
    boolean other = false;
    var matcher = TEE.matcher(unmet.condition() + " " + unmet.found());
    while (matcher.find()) {
      String word = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
      if (word.equals(tee)) return true;
      other |= EvidenceType.of(word).isPresent();
    }
    return !other;
  }

  /** The reference values that the condition names, with their content. */
  private String expected(Unmet unmet) {
    var named = new LinkedHashMap<String, JsonValue>();
    var matcher = TEXT.matcher(unmet.condition());
    while (matcher.find()) {
      var value = part.said().used().get(matcher.group(1));
      if (value != null) named.put(matcher.group(1), value);
    }
    if (named.isEmpty()) return "the condition to hold";
    var parts = new ArrayList<String>();
    named.forEach((name, value) -> parts.add(name + " = " + content(value)));
    return shortened(String.join(", ", parts));
  }

  private static String content(JsonValue value) {
    return value instanceof JsonNull ? "(not registered)" : shortened(Json.text(value));
  }

  private static String shortened(String text) {
    return text.length() <= 400 ? text : text.substring(0, 400) + "...";
  }

  private JsonObject entry(
      String claim, int value, String condition, String at, String expected, String seen) {
    String shown = ClaimsShown.found(tee, claim, claims);
    String found = shown.isEmpty() ? seen : shown;
    return JsonObject.builder()
        .put("submodule", part.name())
        .put("claim", claim)
        .put("value", value)
        .put("code", TrustClaimCode.of(claim, value).id())
        .put("status", Tier.of(value).word())
        .put("condition", condition)
        .put("at", at)
        .put("expected", expected)
        .put("found", shortened(found))
        .put("next", ClaimsShown.next(tee, claim, value, claims))
        .build();
  }

  /** Nothing warns and nothing affirms: the policy knows nothing of such evidence. */
  private JsonObject silent() {
    return JsonObject.builder()
        .put("submodule", part.name())
        .put("claim", "")
        .put("value", 0)
        .put("code", "no-claim")
        .put("status", part.said().vector().status().word())
        .put("condition", "")
        .put("at", part.policy().id() + " version " + part.policy().number())
        .put("expected", "at least one claim that affirms")
        .put("found", "none about " + tee)
        .put("next", "ask for a policy that judges " + tee)
        .build();
  }
}
