package dev.theca.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.BrokerAdmin;
import dev.theca.cli.broker.Ran;
import dev.theca.cli.broker.RunningBroker;
import dev.theca.cli.broker.Talk;
import dev.theca.wire.secret.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit trail of a real broker, taken out in pages and checked without it. */
class AuditCommandsTest {
  private static final int RECORDS = 30;

  @TempDir static Path home;
  private static RunningBroker broker;
  private static Instant middle = Instant.EPOCH;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    broker = RunningBroker.serve(home, "--state", home + "/state");
    for (int i = 0; i < RECORDS; i++) {
      if (i == RECORDS / 2) {
        Thread.sleep(5);
        middle = Instant.now();
      }
      boolean rotated = i % 10 == 7;
      var ran =
          rotated
              ? broker.theca("broker", "audit-key", "rotate")
              : broker.theca("broker", "restore", "aa0" + i % 10);
      assertThat(ran.exitCode()).as(ran.err()).isZero();
    }
  }

  @AfterAll
  static void end() {
    broker.close();
  }

  private Ran export(String name, String... options) {
    var all = new java.util.ArrayList<>(List.of("audit", "export", "-o", home.resolve(name) + ""));
    all.addAll(List.of(options));
    var ran = broker.theca(all.toArray(String[]::new));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    return ran;
  }

  private static Ran verify(Path file, String... options) {
    var all = new java.util.ArrayList<>(List.of("audit", "verify", file + ""));
    all.addAll(List.of(options));
    return Ran.theca(all.toArray(String[]::new));
  }

  @Test
  void pages_join_into_one_trail_that_verifies_across_changes_of_the_key() throws IOException {
    var token = Secret.moveFrom(Files.readAllBytes(Path.of(broker.tokenFile())));
    var joined = new ByteArrayOutputStream();
    try (var admin = new BrokerAdmin(URI.create(broker.url()), token)) {
      var talk = new Talk(admin, System.out, System.err, false);
      var written = new TrailPages(talk, 3).join(1, joined);
      assertThat(written.first()).isEqualTo(1);
      assertThat(written.records()).isGreaterThanOrEqualTo(RECORDS);
    }
    Path file = Files.write(home.resolve("pages.jsonl"), joined.toByteArray());
    var verified = verify(file, "--json");
    assertThat(verified.exitCode()).as(verified.err()).isZero();
    export("whole.jsonl");
    var whole = verify(home.resolve("whole.jsonl"), "--json");
    assertThat(verified.json().integer("records")).isEqualTo(whole.json().integer("records"));
  }

  @Test
  void a_head_that_was_kept_shows_that_the_trail_is_the_same_one() {
    String head = export("kept.jsonl", "--json").json().string("head").orElseThrow();
    var ran = broker.theca("broker", "restore", "bb");
    assertThat(ran.exitCode()).isZero();
    export("later.jsonl");
    var same = verify(home.resolve("later.jsonl"), "--head", head);
    assertThat(same.exitCode()).as(same.err()).isZero();
    assertThat(same.out()).contains("vouched for", "head to keep");
    String forged = head.replaceFirst(":.*", ":" + "ab".repeat(32));
    var other = verify(home.resolve("later.jsonl"), "--head", forged);
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).startsWith("audit-head:");
  }

  @Test
  void a_changed_record_is_named() throws IOException {
    export("good.jsonl");
    String text = Files.readString(home.resolve("good.jsonl"));
    String changed = text.replaceFirst("aa03", "aa04");
    assertThat(changed).isNotEqualTo(text);
    var ran = verify(Files.writeString(home.resolve("changed.jsonl"), changed));
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).startsWith("audit-changed: record ");
  }

  @Test
  void a_missing_record_and_a_cut_end_are_named() throws IOException {
    export("full.jsonl");
    var lines = Files.readAllLines(home.resolve("full.jsonl"));
    var without = new java.util.ArrayList<>(lines);
    without.remove(5);
    var gap = verify(Files.write(home.resolve("gap.jsonl"), without));
    assertThat(gap.exitCode()).isEqualTo(2);
    assertThat(gap.err()).startsWith("audit-order:").contains("records are missing");
    var cut = verify(Files.write(home.resolve("cut.jsonl"), lines.subList(0, lines.size() - 2)));
    assertThat(cut.exitCode()).isEqualTo(2);
  }

  @Test
  void a_key_is_believed_by_its_thumbprint_or_file_and_another_is_not() throws IOException {
    export("keys.jsonl");
    Path file = home.resolve("keys.jsonl");
    String header = Files.readAllLines(file).getFirst();
    var keys =
        dev.theca.wire.json.Json.object(header.getBytes(StandardCharsets.UTF_8))
            .orThrow()
            .array("keys")
            .orElseThrow();
    var jwk = ((dev.theca.wire.json.JsonObject) keys.getFirst()).object("jwk").orElseThrow();
    Path key = Files.writeString(home.resolve("key.json"), dev.theca.wire.json.Json.text(jwk));
    assertThat(verify(file, "--key", key + "").exitCode()).isZero();
    var signers = verify(file, "--json").json().strings("signers").orElseThrow();
    assertThat(verify(file, "--key", signers.getFirst()).exitCode()).isZero();
    var other = verify(file, "--key", "A".repeat(43));
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).startsWith("audit-key:");
  }

  @Test
  void an_export_since_a_time_begins_with_its_first_record() throws IOException {
    export("since.jsonl", "--since", middle + "");
    var lines = Files.readAllLines(home.resolve("since.jsonl"));
    var first = dev.theca.wire.json.Json.object(lines.get(1).getBytes(StandardCharsets.UTF_8));
    long time = first.orThrow().integer("time").orElseThrow();
    assertThat(Instant.ofEpochMilli(time)).isAfterOrEqualTo(middle.minusMillis(1));
    long seq = first.orThrow().integer("seq").orElseThrow();
    export("before.jsonl", "--from", seq - 1 + "");
    var before =
        dev.theca.wire.json.Json.object(
                Files.readAllLines(home.resolve("before.jsonl"))
                    .get(1)
                    .getBytes(StandardCharsets.UTF_8))
            .orThrow();
    assertThat(Instant.ofEpochMilli(before.integer("time").orElseThrow())).isBefore(middle);
    export("future.jsonl", "--since", "2100-01-01T00:00:00Z");
    assertThat(Files.readAllLines(home.resolve("future.jsonl"))).hasSize(1);
  }
}
