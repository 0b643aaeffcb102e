package dev.theca.broker.appraise;

import dev.theca.evidence.Appraisal;
import dev.theca.evidence.CollateralSource;
import dev.theca.evidence.Evidence;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.EvidenceParser;
import dev.theca.evidence.EvidenceType;
import dev.theca.evidence.Expected;
import dev.theca.evidence.Finding;
import dev.theca.evidence.Policy;
import dev.theca.evidence.Severity;
import dev.theca.evidence.TcbStatus;
import dev.theca.evidence.Verifier;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells genuine evidence from other. Refuses what is forged, revoked, unbound, malformed, or under
 * an unknown root; lets through what an owner may not want (debug, an old TCB, an unknown key of a
 * TPM), for the attestation policy to judge.
 */
final class EvidenceJudge {
  private static final int MAX_DEVICES = 16;

  /** What the attestation policy sees in {@code findings} instead. */
  private static final Set<EvidenceCode> FOR_THE_POLICY =
      Set.of(
          EvidenceCode.POLICY_ANCHOR,
          EvidenceCode.POLICY_REFERENCE,
          EvidenceCode.POLICY_SERVICE_TD,
          EvidenceCode.POLICY_LIFECYCLE);

  private final Verifier verifier;
  private final CollateralSource source;
  private final Endorsements endorsements;
  private final Anchors anchors;
  private final CollateralSettings settings;
  private final Policy bound;
  private final Policy unbound;

  EvidenceJudge(
      Verifier verifier, CollateralSource source, Anchors anchors, CollateralSettings settings) {
    this(verifier, source, anchors, settings, Optional.empty());
  }

  private EvidenceJudge(
      Verifier verifier,
      CollateralSource source,
      Anchors anchors,
      CollateralSettings settings,
      Optional<Editions> editions) {
    this.source = source;
    this.verifier = verifier;
    this.anchors = anchors;
    this.settings = settings;
    this.endorsements = new Endorsements(verifier, source, anchors, settings, editions);
    this.bound =
        Policy.STRICT.with(
            p ->
                p.name("attestation-service")
                    .warn(notTerminal())
                    .allowDebug(true)
                    .allowMigration(true)
                    .allowSeptVe(true)
                    .allowMaskedChip(true)
                    .requireCrl(settings.requireAmdList()));
    this.unbound = bound.with(p -> p.allowUnbound(true));
  }

  EvidenceJudge with(CollateralSource source) {
    return new EvidenceJudge(verifier, source, anchors, settings);
  }

  /** The same, which never goes back behind an edition that was believed before. */
  EvidenceJudge remembering(Editions editions) {
    return new EvidenceJudge(verifier, source, anchors, settings, Optional.of(editions));
  }

  private static TcbStatus[] notTerminal() {
    return Arrays.stream(TcbStatus.values())
        .filter(status -> !status.isTerminal() && status != TcbStatus.UP_TO_DATE)
        .toArray(TcbStatus[]::new);
  }

  /** One piece of evidence for each device: GPUs come several at a time. */
  Outcome<List<Genuine>> judge(Attester attester, Instant now) {
    var type = EvidenceType.of(attester.tee());
    if (type.isEmpty())
      return Outcome.refused(
          EvidenceCode.UNSUPPORTED_TEE,
          "TEE",
          "a supported one",
          "another word of " + attester.tee().length() + " characters",
          "use one of the supported kinds of evidence");
    return documents(type.get(), attester.evidence())
        .then(
            documents -> {
              var all = new ArrayList<Genuine>();
              for (JsonObject document : documents) {
                var one = one(type.get(), document, attester, now);
                if (one instanceof Outcome.Refused<Genuine> refused) return refused.as();
                all.add(one.orThrow());
              }
              return Outcome.granted(all);
            });
  }

  private static Outcome<List<JsonObject>> documents(EvidenceType type, JsonValue evidence) {
    if (type != EvidenceType.NVIDIA)
      return evidence instanceof JsonObject object
          ? Outcome.granted(List.of(object))
          : malformed("an object", "another value");
    List<JsonValue> devices =
        switch (evidence) {
          case JsonArray(List<JsonValue> items) -> items;
          case JsonObject object -> object.array("device_evidence_list").orElse(List.of());
          default -> List.of();
        };
    if (devices.isEmpty() || devices.size() > MAX_DEVICES)
      return malformed("1 to " + MAX_DEVICES + " devices", devices.size() + "");
    return Outcome.granted(
        devices.stream()
            .map(
                device ->
                    JsonObject.builder()
                        .put("device_evidence_list", new JsonArray(List.of(device)))
                        .build())
            .toList());
  }

  private static <T> Outcome<T> malformed(String expected, String found) {
    return Outcome.refused(
        EvidenceCode.FORMAT_EVIDENCE, "evidence", expected, found, "send the TEE's own JSON");
  }

  private Outcome<Genuine> one(
      EvidenceType type, JsonObject document, Attester attester, Instant now) {
    if (type == EvidenceType.SE
        && attester.runtime() instanceof Attester.Runtime.Structured s
        && !s.hash().equalsIgnoreCase("sha512"))
      return Outcome.refused(
          AppraiseCode.BAD_RUNTIME_DATA,
          "hash of the runtime data",
          "sha512 for Secure Execution",
          "another",
          "select sha512 in the challenge");
    return EvidenceParser.parse(type, document)
        .then(
            evidence ->
                RuntimeBinding.expected(type, attester.runtime())
                    .then(
                        report ->
                            initData(type, attester)
                                .then(
                                    init ->
                                        verified(
                                            evidence, document, attester, report, init, now))));
  }

  private static Outcome<Optional<InitDataBinding>> initData(EvidenceType type, Attester attester) {
    return attester.initData().isEmpty()
        ? Outcome.granted(Optional.empty())
        : InitDataBinding.of(type, attester.initData().get()).map(Optional::of);
  }

  private Outcome<Genuine> verified(
      Evidence evidence,
      JsonObject document,
      Attester attester,
      Optional<byte[]> report,
      Optional<InitDataBinding> init,
      Instant now) {
    var expected = report.map(Expected::reportData).orElse(Expected.UNBOUND);
    if (init.isPresent()) expected = expected.withInitData(init.get().digest());
    var wanted = expected;
    return endorsements
        .of(evidence, now)
        .then(
            collateral -> {
              var appraisal =
                  verifier.verify(
                      evidence, collateral, now, wanted, report.isPresent() ? bound : unbound);
              var against = against(appraisal);
              if (!against.isEmpty()) return Outcome.refused(against);
              JsonValue runtime =
                  attester.runtime() instanceof Attester.Runtime.Structured(var claims, _)
                      ? claims
                      : new JsonNull();
              return Outcome.granted(
                  new Genuine(
                      evidence.type(),
                      claims(appraisal),
                      runtime,
                      init.map(InitDataBinding::claims).orElse(new JsonNull()),
                      appraisal.rootName(),
                      collateral.edition(),
                      appraisal.validUntil(),
                      Digest.sha256(Json.write(document)).hex(),
                      Subject.of(evidence, verifier::platform)));
            });
  }

  /** Why the evidence is not genuine; empty when it is. */
  private static List<Refusal> against(Appraisal appraisal) {
    var fatal =
        appraisal.findings().stream()
            .filter(f -> f.severity() == Severity.FATAL || f.severity() == Severity.MISSING)
            .filter(f -> appraisal.claims().isEmpty() || !FOR_THE_POLICY.contains(f.code()))
            .map(Finding::refusal)
            .toList();
    if (!fatal.isEmpty() || appraisal.claims().isPresent()) return fatal;
    throw new IllegalStateException("neither claims nor a reason: " + appraisal.findings());
  }

  private static JsonObject claims(Appraisal appraisal) {
    var out = JsonObject.builder();
    var claims = appraisal.claims().orElseThrow();
    claims.members().forEach(out::put);
    var findings =
        appraisal.findings().stream()
            .filter(f -> f.severity() == Severity.WARNING || f.severity() == Severity.FATAL)
            .map(f -> f.code().id())
            .distinct()
            .sorted()
            .toList();
    out.put("findings", JsonArray.strings(findings));
    if (claims.get("trust_root").isEmpty()) out.put("trust_root", appraisal.rootName());
    if (claims.get("simulated").isEmpty() && appraisal.rootName().startsWith("sim:"))
      out.put("simulated", true);
    return out.build();
  }
}
