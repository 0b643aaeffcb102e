package dev.theca.broker.appraise;

import dev.theca.broker.policy.AttestationPolicy.Said;
import dev.theca.broker.policy.PolicyInForce;
import dev.theca.evidence.TrustVector.Tier;
import dev.theca.wire.Digest;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One attester of an attestation result, such as {@code cpu0}.
 *
 * @param policyId without the class, as it was asked for
 * @param input what the policy judged
 */
record Submodule(
    String name,
    Genuine evidence,
    JsonObject input,
    PolicyInForce policy,
    String policyId,
    Said said) {
  private static final int MAX_USED = 1000;

  /** What a policy judges: the TEE's claims under its word, and what they are bound to. */
  static JsonObject input(Genuine evidence) {
    return evidence(evidence, evidence.claims(), evidence.runtimeClaims());
  }

  private static JsonObject evidence(Genuine evidence, JsonObject claims, JsonValue runtime) {
    var tee = new LinkedHashMap<String, JsonValue>(claims.members());
    var out = JsonObject.builder();
    JsonValue report = tee.remove("report_data");
    if (report != null) out.put("report_data", report).put("runtime_data_claims", runtime);
    JsonValue init = tee.remove("init_data");
    if (init != null) out.put("init_data", init).put("init_data_claims", evidence.initDataClaims());
    return out.put(evidence.type().word(), new JsonObject(tee)).build();
  }

  boolean isAffirming() {
    return said.vector().status() == Tier.AFFIRMING;
  }

  /** The submodule of the token. */
  JsonObject json(boolean verbose) {
    var out =
        JsonObject.builder()
            .put("ear.status", said.vector().status().word())
            .put("ear.trustworthiness-vector", said.vector().json())
            .put("ear.appraisal-policy-id", policyId)
            .put("ear.veraison.annotated-evidence", verbose ? input : brief());
    said.extensions().forEach(out::put);
    return out.build();
  }

  private JsonObject brief() {
    var claims = new LinkedHashMap<String, JsonValue>(evidence.claims().members());
    claims.remove("uefi_event_logs");
    JsonValue runtime = evidence.runtimeClaims();
    if (runtime instanceof JsonObject(Map<String, JsonValue> members)) {
      var less = new LinkedHashMap<String, JsonValue>(members);
      less.remove("additional-evidence");
      runtime = new JsonObject(less);
    }
    return evidence(evidence, new JsonObject(claims), runtime);
  }

  /** A long list is named by its hash: the history of reference values has its content. */
  private JsonObject used() {
    var out = JsonObject.builder();
    said.used()
        .forEach(
            (name, value) -> {
              byte[] text = Json.write(value);
              if (text.length <= MAX_USED) out.put(name, value);
              else
                out.put(
                    name, JsonObject.builder().put("sha256", Digest.sha256(text).hex()).build());
            });
    return out.build();
  }

  /** What the audit trail keeps of it. */
  JsonObject record() {
    return JsonObject.builder()
        .put("submodule", name)
        .put("tee", evidence.type().word())
        .put("evidence_sha256", evidence.evidenceSha256())
        .put("trust_root", evidence.rootName())
        .put("status", said.vector().status().word())
        .put("policy", policy.json())
        .put("reference_values", used())
        .put(
            "collateral",
            JsonObject.builder()
                .put("evaluation_number", evidence.edition().evaluationNumber())
                .put("issued", evidence.edition().issued().toString())
                .build())
        .build();
  }
}
