package dev.theca.broker.appraise;

import dev.theca.broker.policy.AttestationPolicy;
import dev.theca.broker.policy.Budget;
import dev.theca.broker.policy.PolicyCode;
import dev.theca.broker.policy.PolicyId;
import dev.theca.broker.policy.PolicyInForce;
import dev.theca.broker.policy.PolicySource;
import dev.theca.broker.reference.ReferenceSource;
import dev.theca.broker.store.Database;
import dev.theca.evidence.CollateralSource;
import dev.theca.evidence.Verifier;
import dev.theca.rego.Explanation;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The attestation service: evidence of every attester is verified, appraised by the policy of its
 * class, and becomes a submodule of one attestation result. Safe for many threads.
 */
public final class Appraiser implements AttestationService {
  private static final int MAX_ATTESTERS = 16;

  /** The profile that clients of the field expect. */
  private static final String PROFILE = "tag:github.com,2024:confidential-containers/Trustee";

  private final EvidenceJudge judge;
  private final PolicySource policies;
  private final AttestationPolicy appraisal;
  private final EarSettings ear;
  private final RandomGenerator random = new SecureRandom();

  private Appraiser(
      EvidenceJudge judge, PolicySource policies, AttestationPolicy appraisal, EarSettings ear) {
    this.judge = judge;
    this.policies = policies;
    this.appraisal = appraisal;
    this.ear = ear;
  }

  /** A service that verifies under the verifier's roots with this collateral. */
  public static Appraiser of(
      Verifier verifier,
      CollateralSource collateral,
      Anchors anchors,
      CollateralSettings settings,
      PolicySource policies,
      ReferenceSource references,
      EarSettings ear) {
    return of(verifier, collateral, anchors, settings, policies, references, ear, Budget.DEFAULT);
  }

  /** The same, with what an evaluation of a policy may cost. */
  public static Appraiser of(
      Verifier verifier,
      CollateralSource collateral,
      Anchors anchors,
      CollateralSettings settings,
      PolicySource policies,
      ReferenceSource references,
      EarSettings ear,
      Budget budget) {
    return new Appraiser(
        new EvidenceJudge(verifier, collateral, anchors, settings),
        policies,
        new AttestationPolicy(references, budget),
        ear);
  }

  /** The same service, whose replicas and restarts go back behind no edition of collateral. */
  public Appraiser remembering(Database database) {
    return new Appraiser(judge.remembering(new Editions(database)), policies, appraisal, ear);
  }

  /** The same service under other policies: for trying them. */
  public Appraiser with(PolicySource others) {
    return new Appraiser(judge, others, appraisal, ear);
  }

  /** The same service with collateral from elsewhere, in a cache of its own. */
  public Appraiser withCollateral(CollateralSource source) {
    return new Appraiser(judge.with(source), policies, appraisal, ear);
  }

  @Override
  public Outcome<Judged> judge(List<Attester> attesters, List<String> policyIds, Instant now) {
    if (attesters.isEmpty() || attesters.size() > MAX_ATTESTERS)
      return Outcome.refused(
          AppraiseCode.ATTESTERS,
          "attesters",
          "1 to " + MAX_ATTESTERS,
          attesters.size() + "",
          "send the evidence of one workload");
    var ids = policyIds.isEmpty() ? List.of("default") : policyIds;
    return known(ids)
        .then(yes -> genuine(attesters, now))
        .then(evidence -> appraised(evidence, ids, now))
        .then(
            parts ->
                Outcome.granted(
                    result(parts, Subject.of(attesters, parts.getFirst().evidence()), now)));
  }

  /** A policy that was meant and is not there must not be passed over. */
  private Outcome<Boolean> known(List<String> ids) {
    for (String id : ids) {
      boolean found = false;
      for (TeeClass one : TeeClass.values())
        found |=
            PolicyId.attestation(id + "_" + one.word()) instanceof Outcome.Granted<PolicyId>(var p)
                && policies.inForce(p).isPresent();
      if (!found)
        return Outcome.refused(
            PolicyCode.POLICY_UNKNOWN,
            "attestation policy",
            "a stored one",
            id.length() > 64 ? id.length() + " characters" : id,
            "store a policy " + TeeClass.CPU.word() + " under this id, or ask for another");
    }
    return Outcome.granted(true);
  }

  private Outcome<List<Genuine>> genuine(List<Attester> attesters, Instant now) {
    var all = new ArrayList<Genuine>();
    for (Attester attester : attesters) {
      switch (judge.judge(attester, now)) {
        case Outcome.Granted<List<Genuine>>(var some) -> all.addAll(some);
        case Outcome.Refused<List<Genuine>> refused -> {
          return refused;
        }
      }
    }
    return Outcome.granted(all);
  }

  private Outcome<List<Submodule>> appraised(
      List<Genuine> evidence, List<String> ids, Instant now) {
    var counts = new EnumMap<TeeClass, Integer>(TeeClass.class);
    var parts = new ArrayList<Submodule>();
    for (Genuine one : evidence) {
      int index = counts.merge(one.teeClass(), 1, Integer::sum) - 1;
      var part = appraised(one.teeClass().word() + index, one, ids, now);
      if (part instanceof Outcome.Refused<Submodule> refused) return refused.as();
      parts.add(part.orThrow());
    }
    return Outcome.granted(parts);
  }

  /** The first of the policies that there is for the class of the evidence. */
  private Outcome<Submodule> appraised(
      String name, Genuine evidence, List<String> ids, Instant now) {
    for (String id : ids) {
      var policy =
          policies.inForce(PolicyId.attestation(id + "_" + evidence.teeClass().word()).orThrow());
      if (policy.isPresent()) return appraised(name, evidence, id, policy.get(), now);
    }
    return Outcome.refused(
        PolicyCode.POLICY_UNKNOWN,
        "attestation policy for the class " + evidence.teeClass().word(),
        "one of " + ids,
        "none",
        "store one under the id ID_" + evidence.teeClass().word());
  }

  private Outcome<Submodule> appraised(
      String name, Genuine evidence, String id, PolicyInForce policy, Instant now) {
    var input = Submodule.input(evidence);
    return appraisal
        .appraise(policy, input, now)
        .map(said -> new Submodule(name, evidence, input, policy, id, said));
  }

  private Judged result(List<Submodule> parts, String subject, Instant now) {
    var submodules = JsonObject.builder();
    var records = new ArrayList<JsonValue>();
    Instant until = now.plus(ear.life());
    for (Submodule part : parts) {
      submodules.put(part.name(), part.json(ear.verbose()));
      records.add(part.record());
      if (part.evidence().validUntil().isBefore(until)) until = part.evidence().validUntil();
    }
    var claims =
        JsonObject.builder()
            .put("eat_profile", PROFILE)
            .put("iat", now.getEpochSecond())
            .put("exp", until.getEpochSecond())
            .put("iss", ear.issuer())
            .put("jti", unique())
            .put(
                "ear.verifier-id",
                JsonObject.builder()
                    .put("developer", ear.developer())
                    .put("build", ear.build())
                    .build())
            .put("submods", submodules.build())
            .build();
    var record = JsonObject.builder().put("attesters", new JsonArray(records)).build();
    return new Judged(claims, record, why(parts, now), Optional.of(subject));
  }

  private String unique() {
    byte[] id = new byte[16];
    random.nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  private JsonObject why(List<Submodule> parts, Instant now) {
    var entries = new ArrayList<JsonValue>();
    for (Submodule part : parts)
      if (!part.isAffirming()
          && appraisal.explain(part.policy(), part.input(), now)
              instanceof Outcome.Granted<Explanation>(var explanation))
        entries.addAll(WhyNot.of(part, explanation));
    return entries.isEmpty()
        ? new JsonObject(Map.of())
        : JsonObject.builder().put("entries", new JsonArray(entries)).build();
  }
}
