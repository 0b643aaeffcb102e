package dev.theca.cli.why;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.cli.broker.RunningBroker;
import dev.theca.cli.broker.Workload;
import dev.theca.forge.SgxPlatform.Knobs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an owner learns about refusals, and about policies before they are in force. */
class WhyAndTryTest {
  private static final String RESOURCE = "default/key/one";
  private static final Workload WORKLOAD = new Workload();

  @TempDir static Path home;
  private static RunningBroker broker;

  @BeforeAll
  static void start() throws IOException {
    Path config = WORKLOAD.config(home, "[reference]\nunsigned = \"admin\"");
    broker = RunningBroker.serve(home, "--config", config + "");
    Path value = Files.writeString(home.resolve("value"), "a secret");
    ok("broker", "resource", "put", RESOURCE, value + "");
    ok("broker", "reference", "put", "simulated_roots", "sim:test", "--unsigned");
    accept(Workload.MR_SIGNER);
  }

  @AfterAll
  static void end() {
    broker.close();
  }

  private static String ok(String... arguments) {
    var ran = broker.theca(arguments);
    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isZero();
    return ran.out();
  }

  private static void accept(String signer) {
    ok(
        "broker",
        "reference",
        "sgx",
        "--mr-signer",
        signer,
        "--isv-prod-id",
        "1",
        "--min-isv-svn",
        "2",
        "--unsigned");
  }

  @Test
  void a_refused_release_is_explained_claim_by_claim_down_to_the_measurement() {
    accept("66".repeat(32));
    try {
      var session = WORKLOAD.attest(broker.url(), "");
      assertThat(session.answer().statusCode()).as(session.answer().body()).isEqualTo(200);
      var refused = WORKLOAD.get(broker.url(), session, RESOURCE);
      assertThat(refused.statusCode()).isEqualTo(403);
      String why = ok("why", Workload.id(refused));
      assertThat(why)
          .contains("release of resource default/key/one")
          .contains("the attestation, claim by claim")
          .contains("executables-unrecognized")
          .contains("sgx_mr_signer = [\"" + "66".repeat(32) + "\"]")
          .contains(Workload.MR_SIGNER)
          .contains("next:");
      assertThat(ok("why", RESOURCE)).contains(Workload.id(refused));
      assertThat(ok("why", Workload.MR_ENCLAVE.substring(0, 16))).contains(Workload.id(refused));
      assertThat(broker.theca("why", Workload.id(refused), "--json").json().object("context"))
          .isPresent();
    } finally {
      accept(Workload.MR_SIGNER);
    }
  }

  @Test
  void a_refused_attestation_is_explained_too() {
    var session = WORKLOAD.attest(broker.url(), "b3RoZXI=");
    assertThat(session.answer().statusCode()).isEqualTo(401);
    assertThat(ok("why", Workload.id(session.answer())))
        .contains("attest with sgx evidence", "binding-report-data", "expected:", "next:");
  }

  @Test
  void the_newest_refusals_of_a_pod_are_found_by_its_name_or_uid_and_called_unproved() {
    String uid = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0";
    accept("66".repeat(32));
    WORKLOAD.inPod("team-a/web-0 " + uid);
    try {
      var early = WORKLOAD.attest(broker.url(), "b3RoZXI=");
      var session = WORKLOAD.attest(broker.url(), "");
      var refused = WORKLOAD.get(broker.url(), session, RESOURCE);
      assertThat(refused.statusCode()).isEqualTo(403);
      String why = ok("why", "--pod", "team-a/web-0");
      assertThat(why)
          .startsWith("refusal " + Workload.id(refused))
          .contains("attested: the measurement")
          .contains("not attested: pod team-a/web-0 (uid " + uid + "), by its host")
          .contains("others, newest first", Workload.id(early.answer()));
      assertThat(ok("why", "--pod", uid)).isEqualTo(why);
      assertThat(ok("why", Workload.id(early.answer())))
          .contains("attested: nothing; whoever asked is known by address alone")
          .contains("not attested: pod team-a/web-0");
      // a part of a name is another pod's
      assertThat(broker.theca("why", "--pod", "team-a/web").exitCode()).isEqualTo(2);
      assertThat(broker.theca("why", "--pod", "web-0").exitCode()).isEqualTo(64);
      assertThat(broker.theca("why").exitCode()).isEqualTo(64);
    } finally {
      WORKLOAD.inPod("");
      accept(Workload.MR_SIGNER);
    }
  }

  @Test
  void what_a_client_calls_its_pod_is_kept_only_when_it_is_a_name() {
    WORKLOAD.inPod("team-a/web-0%' OR 1=1 --");
    try {
      var refused = WORKLOAD.attest(broker.url(), "b3RoZXI=").answer();
      assertThat(ok("why", Workload.id(refused))).doesNotContain("pod ", "1=1");
    } finally {
      WORKLOAD.inPod("");
    }
  }

  @Test
  void what_is_not_kept_is_said_so() {
    var ran = broker.theca("why", "aaaaaaaaaaaa");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).startsWith("refusal-unknown:");
  }

  @Test
  void a_policy_that_would_take_access_away_ends_with_2_and_names_who() throws IOException {
    var session = WORKLOAD.attest(broker.url(), "");
    assertThat(WORKLOAD.get(broker.url(), session, RESOURCE).statusCode()).isEqualTo(200);
    Path deny = Files.writeString(home.resolve("deny.rego"), "package policy\n\nallow := false\n");
    var lost = broker.theca("policy", "try", "--kind", "resource", deny + "", "--path", RESOURCE);
    assertThat(lost.exitCode()).as(lost.err()).isEqualTo(2);
    assertThat(lost.out()).contains("loses", "would lose access");
    var other = broker.theca("policy", "try", "--kind", "tenant", "--id", "other", deny + "");
    assertThat(other.exitCode()).as(other.out()).isZero();
    assertThat(other.out()).contains(": 0 would lose access");
    assertThat(
            broker
                .theca("policy", "try", "--kind", "resource", deny + "", "--json")
                .json()
                .array("changes")
                .orElseThrow())
        .isNotEmpty();
    assertThat(ok("broker", "recordings"))
        .startsWith("TIME")
        .contains("sgx", "affirming", "mr_enclave " + Workload.MR_ENCLAVE);
    // nothing was changed
    assertThat(WORKLOAD.get(broker.url(), session, RESOURCE).statusCode()).isEqualTo(200);
  }

  @Test
  void newer_collateral_that_calls_a_platform_out_of_date_shows_who_would_lose()
      throws IOException {
    var session = WORKLOAD.attest(broker.url(), "");
    assertThat(WORKLOAD.get(broker.url(), session, RESOURCE).statusCode()).isEqualTo(200);
    Path older =
        WORKLOAD.bundle(
            home.resolve("revoked.json"), Knobs.good().withTcb("OutOfDate", "SIM-SA-00002"));
    var lost = broker.theca("policy", "try", "--collateral", older + "", "--at", "now");
    assertThat(lost.exitCode()).as(lost.out() + lost.err()).isEqualTo(2);
    assertThat(lost.out()).contains("loses");
    Path same = WORKLOAD.bundle(home.resolve("same.json"), Knobs.good());
    var kept = broker.theca("policy", "try", "--collateral", same + "", "--at", "now");
    assertThat(kept.exitCode()).as(kept.out() + kept.err()).isZero();
  }

  @Test
  void a_policy_with_a_mistake_is_refused_before_anything_is_judged() throws IOException {
    Path wrong = Files.writeString(home.resolve("wrong.rego"), "package policy\nallow {");
    var ran = broker.theca("policy", "try", "--kind", "resource", wrong + "");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains(":2:");
  }
}
