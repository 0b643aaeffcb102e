package dev.theca.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.appraise.AttestationService;
import dev.theca.broker.appraise.Attester;
import dev.theca.broker.appraise.Judged;
import dev.theca.broker.audit.Event;
import dev.theca.broker.audit.KeptTrail;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is written down of judgements for other relying parties. */
class ServiceJudgementsTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final JsonObject EMPTY = JsonObject.builder().build();
  private static final List<Attester> ONE =
      List.of(new Attester("sgx", new JsonNull(), new Attester.Runtime.None(), Optional.empty()));

  private final KeptTrail trail = new KeptTrail();

  private static final AttestationService BELIEVES =
      (attesters, ids, now) ->
          Outcome.granted(
              new Judged(
                  EMPTY,
                  JsonObject.builder().put("digest", "77").build(),
                  EMPTY,
                  Optional.empty()));

  private static final AttestationService REFUSES =
      (attesters, ids, now) ->
          Outcome.refused(Code.of("tcb-old"), "platform", "one up to date", "an old one", "update");

  private Outcome<Judged> judged(AttestationService service, boolean known) {
    return new ServiceJudgements(service, trail, trail, known).judge(ONE, List.of(), NOW);
  }

  @Test
  void a_judgement_for_another_relying_party_is_in_the_trail() {
    assertThat(judged(BELIEVES, true).isGranted()).isTrue();
    var event = trail.events.getFirst();
    assertThat(event.kind() + " " + event.outcome()).isEqualTo("attest granted");
    assertThat(event.detail().string("digest")).contains("77");
    assertThat(event.detail().string("service")).contains("attestation");
  }

  @Test
  void a_refusal_has_an_id_that_the_caller_is_told() {
    assertThat(judged(REFUSES, true).toString()).contains("tcb-old", "update (refusal r0)");
    assertThat(trail.events.getFirst().actor()).isEqualTo("service:attestation");
  }

  @Test
  void callers_that_nobody_knows_are_strangers_whose_floods_leave_sums() {
    judged(REFUSES, false);
    judged(BELIEVES, false);
    assertThat(trail.events).extracting(Event::actor).containsOnly("address:relying-party");
  }
}
