package dev.theca.broker.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Code;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FloodTest {
  private static final JsonObject NOTHING = JsonObject.builder().build();

  @TempDir private Path folder;

  @Test
  void a_hundred_thousand_refusals_of_strangers_leave_a_bounded_number_of_rows() {
    try (var world = new World(folder)) {
      long before = world.rows("audit_record");
      for (int i = 0; i < 100_000; i++) {
        if (i % 50_000 == 49_999) world.pass(Duration.ofMinutes(1));
        world.trail.record(World.refused("10.0." + (i & 0x3fff) / 256 + "." + (i & 0xff)));
      }
      world.pass(Duration.ofMinutes(1));
      world.trail.flush(world.instant());
      assertThat(world.rows("audit_record") - before).isBetween(600L, 2000L);
      String last =
          world.lines().stream().filter(l -> l.contains("suppressed")).findFirst().orElseThrow();
      assertThat(last).contains("\"suppressed\":49399", "\"bad-evidence\":49399", "addresses");
      assertThat(last).hasSizeLessThan(4096);
    }
  }

  @Test
  void one_address_has_thirty_records_a_minute_and_the_rest_is_told_once() {
    try (var world = new World(folder)) {
      long before = world.rows("audit_record");
      for (int i = 0; i < 100; i++) world.trail.record(World.refused("192.0.2.7"));
      assertThat(world.rows("audit_record") - before).isEqualTo(30);
      world.trail.record(World.refused("192.0.2.8"));
      assertThat(world.rows("audit_record") - before).as("another address").isEqualTo(31);
      world.trail.flush(world.instant());
      assertThat(world.rows("audit_record") - before).as("the minute runs").isEqualTo(31);
      world.pass(Duration.ofMinutes(1));
      world.trail.flush(world.instant());
      world.trail.flush(world.instant());
      assertThat(world.rows("audit_record") - before).isEqualTo(32);
      assertThat(String.join("\n", world.lines()))
          .contains("{\"address\":\"address:192.0.2.7\",\"count\":70}", "\"suppressed\":70");
      world.trail.record(World.refused("192.0.2.7"));
      assertThat(world.rows("audit_record") - before).as("a new minute").isEqualTo(33);
    }
  }

  @Test
  void challenges_are_never_written_one_by_one() {
    try (var world = new World(folder)) {
      long before = world.rows("audit_record");
      var given = new Event("auth", "granted", "", "address:192.0.2.7", NOTHING);
      var code = JsonObject.builder().put("code", "bad-version").build();
      for (int i = 0; i < 5000; i++) world.trail.record(given);
      for (int i = 0; i < 3; i++)
        world.trail.record(new Event("auth", "refused", "", "address:192.0.2.9", code));
      assertThat(world.rows("audit_record") - before).isEqualTo(3);
      world.trail.close();
      assertThat(world.rows("audit_record") - before).isEqualTo(4);
      assertThat(String.join("\n", world.lines()))
          .contains("\"count\":5003", "\"granted\":5000", "\"refused\":{\"bad-version\":3}");
    }
  }

  @Test
  void a_genuine_machine_that_is_refused_in_a_loop_leaves_a_bounded_number_of_rows() {
    try (var world = new World(folder)) {
      long before = world.rows("audit_record");
      for (int i = 0; i < 2000; i++)
        world.trail.record(new Event("release", "refused", "t", "attested:sgx:" + i % 2, NOTHING));
      assertThat(world.rows("audit_record") - before).isEqualTo(240);
      world.trail.record(new Event("release", "granted", "t", "attested:sgx:0", NOTHING));
      world.trail.record(World.refused("192.0.2.7"));
      assertThat(world.rows("audit_record") - before).as("these have their own").isEqualTo(242);
      world.trail.close();
      assertThat(String.join("\n", world.lines())).contains("\"suppressed\":1760");
    }
  }

  @Test
  void grants_to_attested_clients_and_what_admins_do_are_never_suppressed() {
    try (var world = new World(folder, new FloodLimits(1, 1))) {
      long before = world.rows("audit_record");
      world.records(50);
      assertThat(world.rows("audit_record") - before).isEqualTo(50);
    }
  }

  @Test
  void a_million_different_addresses_and_codes_take_bounded_memory() {
    var tally = new Tally();
    for (int i = 0; i < 1_000_000; i++) {
      var code = JsonObject.builder().put("code", "c" + i).build();
      tally.count(new Event("attest", "refused", "", "address:" + i, code));
    }
    var summary = tally.floodSummary(0).orElseThrow().detail();
    assertThat(summary.integer("suppressed")).contains(1_000_000L);
    assertThat(summary.object("codes").orElseThrow().members()).hasSizeLessThanOrEqualTo(65);
    assertThat(summary.array("addresses").orElseThrow()).hasSize(16);
  }

  @Test
  void reasons_of_a_flood_are_not_kept_but_have_an_id() {
    try (var world = new World(folder)) {
      var reasons = new StoredReasons(world.database, world.trail, world);
      var why = new Refusal(Code.of("bad-evidence"), "quote", "one", "none", "send one");
      for (int i = 0; i < 200; i++) {
        String id =
            world.database.write(
                sql -> reasons.keep(sql, World.refused("192.0.2.7"), List.of(why), NOTHING));
        assertThat(id).matches("[a-z2-7]{12}");
        assertThat(reasons.find(id).isPresent()).isEqualTo(i < 30);
      }
      assertThat(world.rows("reason")).isEqualTo(30);
    }
  }
}
