package dev.theca.broker.appraise;

import static dev.theca.broker.appraise.Worlds.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.appraise.Attester.InitDataGiven;
import dev.theca.broker.appraise.Attester.Runtime;
import dev.theca.broker.appraise.Replay.Trial;
import dev.theca.broker.policy.BuiltinPolicies;
import dev.theca.broker.policy.PolicyId;
import dev.theca.broker.policy.ResourcePolicy.Wanted;
import dev.theca.forge.SgxPlatform.Knobs;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {
  private static final Consumer<ByteBuffer> GOOD = body -> {};
  private static final PolicyId CPU = PolicyId.attestation("default_cpu").orThrow();

  @TempDir Path folder;
  private Stored stored;
  private Recordings recordings;
  private AttestationService service;

  @BeforeEach
  void open() {
    stored = new Stored(folder);
    recordings = new Recordings(stored.database);
    service = recordings.around(stored.service());
  }

  @AfterEach
  void close() {
    stored.close();
  }

  private Outcome<Judged> judge(Attester attester) {
    return service.judge(List.of(attester), List.of(), NOW);
  }

  private Trial trial() {
    return new Trial(recordings.newest(1000), List.of(), Optional.of(NOW));
  }

  private Replay replay() {
    return new Replay(stored.service(), stored.policies);
  }

  @Test
  void one_recording_is_kept_for_each_workload_on_each_platform() {
    for (int i = 0; i < 3; i++) judge(Worlds.sgx(GOOD)).orThrow();
    judge(Worlds.snp(GOOD)).orThrow();
    judge(Worlds.sgx(body -> body.put(64, (byte) 1))).orThrow();
    assertThat(recordings.newest(10)).hasSize(3);
    assertThat(recordings.newest(10)).extracting(Recording::status).containsOnly("affirming");
    assertThat(recordings.newest(1)).hasSize(1);
    assertThat(recordings.newest(10)).extracting(Recording::id).doesNotHaveDuplicates();
  }

  @Test
  void what_was_refused_is_kept_with_its_code_and_what_is_no_evidence_is_not() {
    judge(Worlds.sgxOfAnotherRoot());
    judge(new Attester("sgx", Worlds.quote(new byte[40]), new Runtime.None(), Optional.empty()));
    assertThat(recordings.newest(10)).hasSize(1);
    assertThat(recordings.newest(10).getFirst().refused()).isTrue();
    assertThat(recordings.newest(10).getFirst().status()).isEqualTo("chain-untrusted");
  }

  @Test
  void a_newer_attestation_of_the_same_takes_the_place_of_the_older() {
    var short_ = new Recordings(stored.database, 10, 10, Duration.ofDays(1));
    var attester = List.of(Worlds.sgx(GOOD));
    short_.keep(attester, service.judge(attester, List.of(), NOW), NOW);
    var later = NOW.plus(Duration.ofHours(1));
    short_.keep(attester, stored.service().judge(attester, List.of(), NOW), later);
    assertThat(recordings.newest(10)).hasSize(1);
    assertThat(recordings.newest(10).getFirst().time()).isEqualTo(later);
  }

  @Test
  void who_was_judged_is_named_as_from_the_evidence_alone() {
    var two = List.of(Worlds.sgx(GOOD), Worlds.snp(GOOD));
    for (var attesters :
        List.of(
            List.of(Worlds.sgx(GOOD)), List.of(Worlds.tdx(GOOD)), List.of(Worlds.snp(GOOD)), two)) {
      var judged = stored.service().judge(attesters, List.of(), NOW).orThrow();
      assertThat(judged.subject()).isPresent().isEqualTo(Subject.of(attesters));
    }
  }

  @Test
  void recordings_are_bounded_in_number_and_age_and_refused_ones_push_out_no_others() {
    var few = new Recordings(stored.database, 3, 2, Duration.ofDays(1));
    // one judgement for all of them, so it must not say whose it is
    var outcome =
        stored
            .service()
            .judge(List.of(Worlds.sgx(GOOD)), List.of(), NOW)
            .map(judged -> new Judged(judged.claims(), judged.record(), judged.why()));
    var refused = stored.service().judge(List.of(Worlds.sgxOfAnotherRoot()), List.of(), NOW);
    for (int i = 0; i < 6; i++) {
      byte mark = (byte) i;
      var attester = List.of(Worlds.sgx(body -> body.put(64, mark)));
      few.keep(attester, outcome, NOW.plusSeconds(10 * i));
      few.keep(attester, refused, NOW.plusSeconds(10 * i + 5));
      few.keep(
          List.of(Worlds.sgx(body -> body.put(65, mark))), refused, NOW.plusSeconds(10 * i + 5));
    }
    assertThat(recordings.newest(100)).filteredOn(r -> !r.refused()).hasSize(3);
    assertThat(recordings.newest(100)).filteredOn(Recording::refused).hasSize(2);
    few.keep(List.of(Worlds.snp(GOOD)), outcome, NOW.plus(Duration.ofDays(2)));
    assertThat(recordings.newest(100)).hasSize(1);
  }

  @Test
  void what_an_attester_sent_comes_back_from_a_recording_as_it_was() {
    var attesters =
        List.of(
            Worlds.sgx(GOOD),
            new Attester("snp", Worlds.snp(GOOD).evidence(), new Runtime.None(), Optional.empty()));
    var read = AttesterJson.read(AttesterJson.write(attesters));
    assertThat(read).isEqualTo(attesters);
    var raw =
        new Attester(
            "sgx",
            Worlds.quote(new byte[4]),
            new Runtime.Raw(new byte[] {1, 2}),
            Optional.of(new InitDataGiven.DigestOnly(new byte[] {3})));
    var again = AttesterJson.read(AttesterJson.write(List.of(raw))).getFirst();
    assertThat(((Runtime.Raw) again.runtime()).bytes()).containsExactly(1, 2);
    assertThat(((InitDataGiven.DigestOnly) again.initData().orElseThrow()).digest())
        .containsExactly(3);
  }

  @Test
  void a_stricter_attestation_policy_names_who_loses_access_and_why() {
    judge(Worlds.sgx(GOOD)).orThrow();
    judge(Worlds.snp(GOOD)).orThrow();
    String strict =
        stored
            .policies
            .get(CPU)
            .orElseThrow()
            .text()
            .replace(
                "executables := 3 if {\n\tinput.snp\n",
                "executables := 3 if {\n\tinput.snp\n\tinput.snp.product == \"Turin\"\n");
    var report = replay().policy(CPU, strict, trial()).orThrow();
    assertThat(report.judged()).isEqualTo(2);
    assertThat(report.changes()).hasSize(1);
    var change = report.changes().getFirst();
    assertThat(change.recording().tee()).isEqualTo("snp");
    assertThat(change.loses()).isTrue();
    assertThat(change.after().reason()).contains("executables-unrecognized", "cpu0");
    assertThat(Json.text(Replay.json(report))).contains("\"effect\":\"loses\"");
    assertThat(stored.policies.versions(CPU)).hasSize(1);
  }

  @Test
  void a_looser_attestation_policy_names_who_gains_access() {
    judge(Worlds.sgx(body -> body.put(128, (byte) 0x53))).orThrow();
    judge(Worlds.snp(GOOD)).orThrow();
    String loose = "package policy\ntrust_claims := {\"executables\": 3}\n";
    var report = replay().policy(CPU, loose, trial()).orThrow();
    assertThat(report.changes()).hasSize(1);
    assertThat(report.changes().getFirst().gains()).isTrue();
    assertThat(report.changes().getFirst().before().reason()).contains("executables");
  }

  @Test
  void a_resource_policy_is_tried_for_the_paths_that_matter() {
    judge(Worlds.sgx(GOOD)).orThrow();
    String bySigner =
        "package policy\nallow if {\n  data[\"resource-path\"][2] == \"one\"\n"
            + "  input.submods.cpu0[\"ear.status\"] == \"affirming\"\n}\n";
    var one = new Wanted("resource", List.of("default", "key", "one"), Map.of());
    var two = new Wanted("resource", List.of("default", "key", "two"), Map.of());
    var same = new Trial(recordings.newest(10), List.of(one), Optional.of(NOW));
    assertThat(replay().policy(PolicyId.RESOURCE, bySigner, same).orThrow().changes()).isEmpty();
    var both = new Trial(recordings.newest(10), List.of(one, two), Optional.of(NOW));
    var changes = replay().policy(PolicyId.RESOURCE, bySigner, both).orThrow().changes();
    assertThat(changes).hasSize(1);
    assertThat(changes.getFirst().loses()).isTrue();
    assertThat(changes.getFirst().after().reason()).contains("policy-denied");
    String deny = BuiltinPolicies.resourceText("deny_all").orElseThrow();
    assertThat(replay().policy(PolicyId.RESOURCE, deny, same).orThrow().changes()).hasSize(1);
  }

  @Test
  void new_collateral_names_the_platforms_that_fall_out_of_date() {
    judge(Worlds.sgx(GOOD)).orThrow();
    judge(Worlds.snp(GOOD)).orThrow();
    var old = Worlds.source(Knobs.good().withTcb("OutOfDate", "SIM-SA-9"));
    var report = replay().collateral(old, trial());
    assertThat(report.changes()).hasSize(1);
    assertThat(report.changes().getFirst().after().status()).isEqualTo("contraindicated");
    assertThat(report.changes().getFirst().after().reason()).contains("SIM-SA-9");
    var revoked = Worlds.source(Knobs.good().withRevoked(true, false));
    assertThat(replay().collateral(revoked, trial()).changes().getFirst().after())
        .satisfies(
            after -> {
              assertThat(after.status()).isEqualTo("refused");
              assertThat(after.reason()).contains("revocation-pck");
            });
  }

  @Test
  void recordings_can_be_judged_as_of_their_time_when_today_is_too_late() {
    judge(Worlds.sgx(GOOD)).orThrow();
    String loose = "package policy\ntrust_claims := {\"executables\": 32}\n";
    var late = Optional.of(NOW.plus(Duration.ofDays(60)));
    var now = new Trial(recordings.newest(10), List.of(), late);
    assertThat(replay().policy(CPU, loose, now).orThrow().changes())
        .as("refused before and after, for the collateral has expired")
        .isEmpty();
    var then = new Trial(recordings.newest(10), List.of(), Optional.empty());
    assertThat(replay().policy(CPU, loose, then).orThrow().changes()).hasSize(1);
  }

  @Test
  void a_candidate_with_a_mistake_is_refused_with_its_place() {
    var refused = replay().policy(CPU, "package policy\ntrust_claims := {", trial());
    assertThat(Stored.reason(refused).what()).startsWith("default_cpu.rego:2:");
  }
}
