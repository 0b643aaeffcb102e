package dev.theca.broker;

import dev.theca.broker.appraise.AttestationService;
import dev.theca.broker.appraise.Attester;
import dev.theca.broker.appraise.Judged;
import dev.theca.broker.audit.Audit;
import dev.theca.broker.audit.Event;
import dev.theca.broker.audit.Reasons;
import dev.theca.broker.kbs.Subject;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Judgements for other relying parties, each in the audit trail, and refusals under an id that the
 * caller is told. Callers without a certificate are strangers: a flood of theirs leaves sums.
 */
final class ServiceJudgements implements AttestationService {
  private final AttestationService service;
  private final Audit audit;
  private final Reasons reasons;
  private final boolean callersAreKnown;

  ServiceJudgements(
      AttestationService service, Audit audit, Reasons reasons, boolean callersAreKnown) {
    this.service = service;
    this.audit = audit;
    this.reasons = reasons;
    this.callersAreKnown = callersAreKnown;
  }

  @Override
  public Outcome<Judged> judge(List<Attester> attesters, List<String> policyIds, Instant now) {
    return switch (service.judge(attesters, policyIds, now)) {
      case Outcome.Granted<Judged>(var judged) -> {
        String who = callersAreKnown ? Subject.of(judged.claims()) : "address:relying-party";
        var record = JsonObject.builder().put("service", "attestation");
        judged.record().members().forEach(record::put);
        audit.record(new Event("attest", "granted", "", who, record.build()));
        yield Outcome.granted(judged);
      }
      case Outcome.Refused<Judged>(var why) -> refused(attesters, why);
    };
  }

  private Outcome<Judged> refused(List<Attester> attesters, List<Refusal> why) {
    var detail =
        JsonObject.builder()
            .put("service", "attestation")
            .put("tees", JsonArray.strings(attesters.stream().limit(16).map(this::tee).toList()))
            .put("code", why.getFirst().code().id())
            .build();
    String who = callersAreKnown ? "service:attestation" : "address:relying-party";
    var event = new Event("attest", "refused", "", who, detail);
    String id = reasons.keep(event, why, JsonObject.builder().build());
    var told = new ArrayList<>(why);
    var first = why.getFirst();
    told.set(
        0,
        new Refusal(
            first.code(),
            first.what(),
            first.expected(),
            first.found(),
            first.next() + " (refusal " + id + ")"));
    return Outcome.refused(told);
  }

  private String tee(Attester attester) {
    return attester.tee().length() > 32 ? "?" : attester.tee();
  }
}
