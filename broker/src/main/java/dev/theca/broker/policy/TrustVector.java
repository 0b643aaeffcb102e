package dev.theca.broker.policy;

import dev.theca.evidence.TrustVector.Tier;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The claims that a policy makes about evidence (draft-ietf-rats-ar4si, section 2.3), and the tiers
 * of their values.
 */
public record TrustVector(Map<String, Integer> claims) {
  /** Every claim that there is, in the order of their keys. */
  public static final List<String> NAMES =
      List.of(
          "instance-identity",
          "configuration",
          "executables",
          "file-system",
          "hardware",
          "runtime-opaque",
          "storage-opaque",
          "sourced-data");

  public TrustVector {
    claims = Collections.unmodifiableMap(new LinkedHashMap<>(claims));
  }

  /** Reads what a policy said; refuses anything but known claims with values of one byte. */
  static Outcome<TrustVector> of(Value said) {
    if (!(said instanceof ObjectValue object)) return bad("an object of claims", said + "");
    var claims = new LinkedHashMap<String, Integer>();
    for (Value key : object.keys())
      if (!(key instanceof TextValue(String name)) || !NAMES.contains(name))
        return bad("the claims " + NAMES, key + "");
    for (String name : NAMES) {
      var value = object.get(name);
      if (value == null) continue;
      if (!(value instanceof NumberValue number)
          || number.toInt().isEmpty()
          || number.toInt().getAsInt() < -128
          || number.toInt().getAsInt() > 127)
        return bad("a whole number from -128 to 127 for " + name, value + "");
      claims.put(name, number.toInt().getAsInt());
    }
    if (claims.isEmpty()) return bad("at least one claim", "none");
    return Outcome.granted(new TrustVector(claims));
  }

  private static <T> Outcome<T> bad(String expected, String found) {
    return Outcome.refused(
        PolicyCode.POLICY_RESULT,
        "trust_claims of the attestation policy",
        expected,
        found.length() > 100 ? found.substring(0, 100) + "..." : found,
        "correct the policy");
  }

  /** All eight without a claim: what a policy means that has nothing to say. */
  static TrustVector silent() {
    var claims = new LinkedHashMap<String, Integer>();
    for (String name : NAMES) claims.put(name, 0);
    return new TrustVector(claims);
  }

  /** The worst tier. */
  public Tier status() {
    return claims.values().stream().map(Tier::of).max(Tier::compareTo).orElse(Tier.NONE);
  }

  /** The form in a token. */
  public JsonObject json() {
    var out = JsonObject.builder();
    claims.forEach((name, value) -> out.put(name, value.longValue()));
    return out.build();
  }
}
