package dev.theca.broker.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Code;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredReasonsTest {
  private static final Refusal DEBUG =
      new Refusal(Code.of("policy-denied"), "enclave", "production", "debug", "rebuild it");

  @TempDir private Path folder;

  private static String keep(World world, StoredReasons reasons, String pod) {
    var event =
        new Event(
            "release",
            "refused",
            "default",
            "attested:aabb",
            JsonObject.builder().put("path", "default/key/one").build());
    var context = JsonObject.builder().put("pod", pod).put("policy", "default@3").build();
    return world.database.write(sql -> reasons.keep(sql, event, List.of(DEBUG), context));
  }

  @Test
  void a_refusal_is_found_by_its_id_with_reasons_and_context() {
    try (var world = new World(folder)) {
      var reasons = new StoredReasons(world.database, world.trail, world);
      String id = keep(world, reasons, "web-0");
      var found = reasons.find(id).orElseThrow();
      assertThat(found.string("id")).contains(id);
      assertThat(found.object("context").orElseThrow().string("policy")).contains("default@3");
      assertThat(Json.text(found)).contains("policy-denied", "rebuild it", "attested:aabb");
      assertThat(String.join("\n", world.lines()))
          .as("the audit record names the reason")
          .contains("\"reason\":\"" + id + "\"", "\"code\":\"policy-denied\"");
    }
  }

  private static String said(World world, StoredReasons reasons, String pod, String uid) {
    var detail = JsonObject.builder().put("pod", pod).put("pod_uid", uid).build();
    var event = new Event("attest", "refused", "", "address:::1", detail);
    var context = JsonObject.builder().build();
    return world.database.write(sql -> reasons.keep(sql, event, List.of(DEBUG), context));
  }

  @Test
  void the_refusals_of_one_pod_are_found_by_its_whole_name_or_its_uid() {
    try (var world = new World(folder)) {
      var reasons = new StoredReasons(world.database, world.trail, world);
      said(world, reasons, "a/web", "0b1c2d3e");
      String again = said(world, reasons, "a/web", "5b1c2d3e");
      said(world, reasons, "a/web-2", "7b1c2d3e");
      assertThat(reasons.forPod("a/web", 10)).hasSize(2);
      assertThat(reasons.forPod("a/web", 1).getFirst().string("id")).contains(again);
      assertThat(reasons.forPod("5b1c2d3e", 10)).hasSize(1);
      for (String none : List.of("", "web", "a/we", "%", "a/%", "a/web 5b1c2d3e", "b1c2d3e"))
        assertThat(reasons.forPod(none, 10)).as(none).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "ABCDEFGHIJKL", "' OR 1=1 --", "aaaaaaaaaaaa"})
  void an_id_of_nothing_finds_nothing(String id) {
    try (var world = new World(folder)) {
      assertThat(new StoredReasons(world.database, world.trail, world).find(id)).isEmpty();
    }
  }

  @Test
  void the_newest_refusals_of_a_pod_come_first() {
    try (var world = new World(folder)) {
      var reasons = new StoredReasons(world.database, world.trail, world);
      keep(world, reasons, "web-0");
      keep(world, reasons, "db_0");
      String last = keep(world, reasons, "WEB-0");
      assertThat(reasons.forSubject("web-0", 10)).hasSize(2);
      assertThat(reasons.forSubject("web-0", 1).getFirst().string("id")).contains(last);
      assertThat(reasons.forSubject("AABB", 10)).hasSize(3);
      assertThat(reasons.forSubject("b_0", 10)).as("no wildcard").hasSize(1);
      assertThat(reasons.forSubject("%", 10)).isEmpty();
      assertThat(reasons.forSubject(" ", 10)).isEmpty();
    }
  }

  @Test
  void the_oldest_go_when_they_are_too_many_or_too_old() {
    try (var world = new World(folder)) {
      var reasons = new StoredReasons(world.database, world.trail, world, 10, Duration.ofDays(30));
      String first = keep(world, reasons, "web-0");
      for (int i = 0; i < 14; i++) keep(world, reasons, "web-" + i);
      reasons.trim(world.instant());
      assertThat(world.rows("reason")).isEqualTo(10);
      assertThat(reasons.find(first)).isEmpty();
      world.pass(Duration.ofDays(31));
      reasons.trim(world.instant());
      assertThat(world.rows("reason")).isZero();
    }
  }
}
