package dev.theca.broker.audit;

import static dev.theca.broker.audit.World.code;
import static dev.theca.broker.audit.World.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.broker.store.Database;
import dev.theca.broker.store.PostgresDatabase;
import dev.theca.broker.store.TestPostgres;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTrailTest {
  @TempDir private Path folder;

  @Test
  void a_record_hashes_as_its_canonical_form() {
    var event =
        new Event(
            "release",
            "granted",
            "t\u00e4nant \"x\"\n",
            "attested:\u0001\u20ac\ud83d\ude00",
            JsonObject.builder().put("z", 1).put("a", "\u2028").build());
    var record = AuditRecord.after(7, "ab".repeat(32), 5, event);
    var read = Json.object(record.line().getBytes(StandardCharsets.UTF_8)).orThrow();
    assertThat(Json.canonical(read)).isEqualTo(record.line().getBytes(StandardCharsets.UTF_8));
    assertThat(record.hash()).hasSize(64);
  }

  @Test
  void texts_that_a_database_would_change_still_verify() {
    try (var world = new World(folder)) {
      world.trail.record(
          new Event(
              "attest",
              "granted",
              "a\0b",
              "attested:\ud800 lone " + "y".repeat(1000),
              JsonObject.builder().put("pod", "\ud800\0").put("big", 9007199254740993L).build()));
      assertThat(code(verify(world.lines(), Expected.key(world.keyId())))).isEqualTo("granted");
    }
  }

  @Test
  void a_huge_detail_is_kept_as_its_digest_with_code_and_reason() {
    try (var world = new World(folder)) {
      var detail =
          JsonObject.builder()
              .put("code", "bad-evidence")
              .put("reason", "abcdefgh2345")
              .put("x", "x".repeat(100_000))
              .build();
      world.trail.record(new Event("attest", "refused", "", "attested:aa", detail));
      String last = world.lines().get(world.lines().size() - 2);
      assertThat(last).hasSizeLessThan(1000).contains("bad-evidence", "abcdefgh2345", "sha256");
    }
  }

  @Test
  void a_transaction_that_rolls_back_leaves_no_gap() {
    try (var world = new World(folder)) {
      world.records(2);
      assertThatThrownBy(
              () ->
                  world.database.write(
                      sql -> {
                        world.trail.append(sql, World.event("release", "attested:aa", 3));
                        throw new SQLException("no");
                      }))
          .isInstanceOf(RuntimeException.class);
      assertThatThrownBy(
              () ->
                  world.database.write(
                      sql -> {
                        world.trail.append(sql, World.event("release", "attested:aa", 3));
                        throw new IllegalStateException("no");
                      }))
          .isInstanceOf(RuntimeException.class);
      world.records(2);
      assertThat(verify(world.lines(), Expected.key(world.keyId())).orThrow().last()).isEqualTo(6);
    }
  }

  @Test
  void a_transaction_of_many_records_has_one_signature() {
    try (var world = new World(folder)) {
      int unused =
          world.database.write(
              sql -> {
                for (int i = 0; i < 10; i++)
                  world.trail.append(sql, World.event("release", "attested:aa", i));
                return 0;
              });
      var report = verify(world.lines(), Expected.key(world.keyId())).orThrow();
      assertThat(report.last()).isEqualTo(12);
      assertThat(report.heads()).isEqualTo(1);
    }
  }

  @Test
  void threads_and_replicas_append_to_one_unbroken_chain() throws Exception {
    var shared = TestPostgres.fresh();
    try (var world = new World(PostgresDatabase.open(shared), FloodLimits.DEFAULT);
        var second = PostgresDatabase.open(shared);
        var third = PostgresDatabase.open(shared)) {
      var trails =
          new AuditTrail[] {
            world.trail, reopened(second, world), reopened(third, world), world.trail
          };
      var threads = Executors.newVirtualThreadPerTaskExecutor();
      var all = new ArrayList<java.util.concurrent.Future<?>>();
      for (AuditTrail trail : trails) all.add(threads.submit(() -> appendFifty(trail)));
      for (var one : all) one.get(50, TimeUnit.SECONDS);
      threads.close();
      var report = verify(world.lines(), Expected.key(world.keyId())).orThrow();
      assertThat(report.last()).isEqualTo(2 + 2 + 4 * 50);
    }
  }

  private static AuditTrail reopened(Database database, World world) {
    return AuditTrail.open(database, new TestSealer(), world, FloodLimits.DEFAULT);
  }

  private static void appendFifty(AuditTrail trail) {
    for (int i = 0; i < 50; i++) {
      trail.record(World.event("release", "attested:aa", i));
    }
  }

  @Test
  void a_process_killed_in_the_middle_leaves_a_chain_that_verifies() throws Exception {
    Path said = folder.resolve("said");
    var child = Writer.start(folder, said);
    try {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
      while (acknowledged(said) < 40 && child.isAlive() && System.nanoTime() < end) Thread.sleep(5);
      child.destroyForcibly();
      assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(acknowledged(said)).isGreaterThanOrEqualTo(40);
      try (var world = new World(folder)) {
        var report = verify(world.lines(), Expected.key(world.keyId())).orThrow();
        assertThat(report.records()).isGreaterThanOrEqualTo(acknowledged(said) + 2);
      }
    } finally {
      child.destroyForcibly();
    }
  }

  private static long acknowledged(Path said) throws IOException {
    return Files.readString(said).chars().filter(c -> c == '\n').count();
  }

  @Test
  void retention_leaves_a_checkpoint_from_which_the_rest_verifies() throws IOException {
    try (var world = new World(folder)) {
      world.records(300);
      var before = verify(world.lines(), Expected.nothing()).orThrow();
      world.pass(Duration.ofDays(90));
      world.records(100);
      var retention = new Retention(world.database, world.trail);
      long removed = retention.removeOlderThan(Duration.ofDays(30), world.instant());
      assertThat(removed).isEqualTo(255);
      assertThat(world.lines().getFirst()).contains("\"checkpoint\"", "\"first\":256");
      var report = verify(world.lines(), Expected.key(world.keyId())).orThrow();
      assertThat(report.first()).isEqualTo(256);
      assertThat(report.removedThrough()).isEqualTo(255);
      assertThat(code(verify(world.lines(), Expected.head(before.last(), before.hash()))))
          .isEqualTo("granted");
      assertThat(retention.removeOlderThan(Duration.ofDays(30), world.instant())).isZero();
    }
  }

  @Test
  void retention_of_everything_leaves_the_record_of_itself() {
    try (var world = new World(folder)) {
      world.records(10);
      world.pass(Duration.ofDays(1));
      long removed =
          new Retention(world.database, world.trail)
              .removeOlderThan(Duration.ofHours(1), world.instant());
      assertThat(removed).isEqualTo(12);
      world.records(1);
      var report = verify(world.lines(), Expected.key(world.keyId())).orThrow();
      assertThat(report.first()).isEqualTo(13);
      assertThat(report.last()).isEqualTo(14);
    }
  }

  @Test
  void an_export_by_time_holds_the_records_of_that_time() {
    try (var world = new World(folder)) {
      world.records(70);
      world.pass(Duration.ofHours(1));
      world.records(5);
      var range = new ExportRange.Times(World.START.plusSeconds(60), World.START.plusSeconds(7200));
      var report = verify(world.export(range), Expected.key(world.keyId())).orThrow();
      assertThat(report.first()).isEqualTo(73);
      assertThat(report.records()).isEqualTo(5);
    }
  }

  @Test
  void the_private_key_is_sealed_and_never_printed() {
    try (var world = new World(folder)) {
      byte[] sealed =
          world.database.read(
              sql -> sql.one("SELECT sealed FROM audit_key", r -> r.bytes(1)).orElseThrow());
      assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("kty", "\"d\"");
      var pair = dev.theca.wire.jose.Jwk.generate("P-256");
      String d = pair.privateJson().lend(b -> new String(b, StandardCharsets.UTF_8));
      d = Json.object(d.getBytes(StandardCharsets.UTF_8)).orThrow().string("d").orElseThrow();
      assertThat(new AuditKeys.Signing("id", pair.privateKey().orElseThrow()).toString())
          .doesNotContain(d);
      assertThat(String.join("\n", world.lines())).doesNotContain("\"d\":");
      world.trail.rotateKey("admin:ann");
      long kept =
          world.database.read(
              sql ->
                  sql.one(
                          "SELECT COUNT(*) FROM audit_key WHERE sealed IS NOT NULL",
                          r -> r.number(1))
                      .orElseThrow());
      assertThat(kept).as("an old key's private half is forgotten").isEqualTo(1);
    }
  }

  @Test
  void an_event_prints_what_it_holds_and_nothing_else() {
    var event =
        new Event("a", "b", "c", "d", new JsonObject(java.util.Map.of("k", new JsonString("v"))));
    assertThat(event.toString()).contains("a", "b", "c", "d").doesNotContain("PrivateKey");
  }
}
