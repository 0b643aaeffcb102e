package dev.theca.broker.reference;

import static dev.theca.broker.reference.References.ADMIN;
import static dev.theca.broker.reference.References.NOW;
import static dev.theca.broker.reference.References.json;
import static dev.theca.broker.reference.References.sample;
import static dev.theca.broker.reference.References.says;
import static dev.theca.broker.reference.References.signer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.admin.CountingDatabase;
import dev.theca.wire.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceValuesTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir Path folder;
  private References references;
  private ReferenceValues values;

  @BeforeEach
  void open() {
    references = new References(folder, "admin");
    values = references.values;
  }

  @AfterEach
  void close() {
    references.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"1\"]",
        "[]",
        "null",
        "\"text\"",
        "1",
        "18446744073709551616",
        "0.10",
        "true",
        "{\"a\":[{}]}",
        "\"\"",
        "[\"\\u0000\",\"\uD83D\uDE00\"]"
      })
  void any_json_value_is_kept_as_it_was_written(String value) {
    references.signed("{\"a name/with:things\":" + value + "}", NOW);
    assertThat(values.find("a name/with:things", NOW)).contains(json(value));
    assertThat(references.replica("admin").find("a name/with:things", NOW)).contains(json(value));
  }

  @Test
  void absent_null_and_the_empty_list_are_three_things() {
    references.signed("{\"null\":null,\"empty\":[]}", NOW);
    assertThat(values.find("absent", NOW)).isEmpty();
    assertThat(values.find("null", NOW)).contains(json("null"));
    assertThat(values.find("empty", NOW)).contains(json("[]"));
    assertThat(values.find("", NOW)).isEmpty();
    assertThat(values.find("x".repeat(10_000), NOW)).isEmpty();
  }

  @Test
  void values_hold_for_twelve_months_and_not_a_millisecond_longer() {
    references.signed("{\"a\":1}", NOW);
    var end = Instant.parse("2027-11-21T10:00:00Z");
    assertThat(values.find("a", end.minusMillis(1))).isPresent();
    assertThat(values.find("a", end)).isEmpty();
    assertThat(values.list("", "", 10).values()).hasSize(1);
    assertThat(Json.text(values.history("a").getFirst().json(end))).contains("\"valid\":false");
  }

  @Test
  void a_message_may_say_when_its_values_end() {
    var signed = signer().sign(sample("{\"a\":1}"), NOW, NOW.plus(MINUTE));
    assertThat(says(values.register(signed, NOW))).isEqualTo("granted");
    assertThat(values.find("a", NOW.plusSeconds(59))).isPresent();
    assertThat(values.find("a", NOW.plusSeconds(60))).isEmpty();
    assertThat(says(values.register(signed, NOW.plusSeconds(60)))).startsWith("reference-time");
  }

  @Test
  void registering_overwrites_and_the_history_keeps_who_said_what() {
    references.signed("{\"a\":[\"1\"]}", NOW);
    values.register(sample("{\"a\":[\"2\"]}"), ADMIN, NOW.plus(MINUTE)).orThrow();
    assertThat(values.find("a", NOW.plus(MINUTE))).contains(json("[\"2\"]"));
    assertThat(values.history("a"))
        .extracting(ReferenceVersion::version, ReferenceVersion::provenance)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(2L, "admin:alice"),
            org.assertj.core.groups.Tuple.tuple(1L, "key:builder"));
    assertThat(values.history("a").getLast().value()).isEqualTo(json("[\"1\"]"));
    assertThat(values.history("b")).isEmpty();
  }

  @Test
  void an_older_message_never_comes_back() {
    var old = signer().sign(sample("{\"a\":[\"weak\"],\"b\":1}"), NOW);
    assertThat(says(values.register(old, NOW))).isEqualTo("granted");
    references.signed("{\"a\":[\"strong\"]}", NOW.plusMillis(1));
    assertThat(says(values.register(old, NOW.plus(MINUTE))))
        .isEqualTo("reference-rollback: 2026-11-21T10:00:00Z");
    assertThat(values.find("a", NOW.plus(MINUTE))).contains(json("[\"strong\"]"));
    var other = signer().sign(sample("{\"a\":[\"other\"]}"), NOW.plusMillis(1));
    assertThat(says(values.register(other, NOW))).startsWith("reference-rollback");
  }

  @Test
  void the_same_message_twice_changes_nothing_and_does_not_prolong_it() {
    var signed = signer().sign(sample("{\"a\":1}"), NOW);
    values.register(signed, NOW).orThrow();
    assertThat(says(values.register(signed, NOW.plus(Duration.ofDays(300))))).isEqualTo("granted");
    assertThat(values.history("a")).hasSize(1);
    assertThat(values.find("a", NOW.plus(Duration.ofDays(366)))).isEmpty();
  }

  @Test
  void a_deleted_value_does_not_come_back_with_an_old_message() {
    var signed = signer().sign(sample("{\"a\":1}"), NOW);
    values.register(signed, NOW).orThrow();
    assertThat(values.find("a", NOW)).isPresent();
    assertThat(says(values.delete("a", ADMIN, NOW.plus(MINUTE)))).isEqualTo("granted");
    assertThat(values.find("a", NOW.plus(MINUTE))).isEmpty();
    assertThat(values.list("", "", 10).values()).isEmpty();
    assertThat(says(values.register(signed, NOW.plus(MINUTE)))).startsWith("reference-rollback");
    assertThat(says(values.delete("a", ADMIN, NOW))).isEqualTo("reference-unknown: 'a'");
    references.signed("{\"a\":2}", NOW.plus(MINUTE).plusMillis(1));
    assertThat(values.find("a", NOW)).contains(json("2"));
    assertThat(values.history("a"))
        .extracting(ReferenceVersion::type)
        .containsExactly("sample", "deleted", "sample");
  }

  @Test
  void an_administrator_overrides_a_message_of_a_fast_clock() {
    references.values.register(signer().sign(sample("{\"a\":1}"), NOW.plusSeconds(240)), NOW);
    assertThat(says(values.register(sample("{\"a\":2}"), ADMIN, NOW))).isEqualTo("granted");
    assertThat(values.find("a", NOW)).contains(json("2"));
    assertThat(says(values.delete("a", ADMIN, NOW))).isEqualTo("granted");
  }

  @Test
  void appending_adds_without_doubles_and_never_prolongs() {
    var first = signer().sign(sample("{\"a\":[\"1\",\"2\"]}"), NOW, NOW.plus(Duration.ofDays(10)));
    values.register(first, NOW).orThrow();
    var more = ReferenceMessages.appending(sample("{\"a\":[\"2\",\"3\"],\"new\":[1]}"));
    assertThat(says(values.register(signer().sign(more, NOW.plus(MINUTE)), NOW.plus(MINUTE))))
        .isEqualTo("granted");
    assertThat(values.find("a", NOW)).contains(json("[\"1\",\"2\",\"3\"]"));
    assertThat(values.find("new", NOW)).contains(json("[1]"));
    assertThat(values.find("a", NOW.plus(Duration.ofDays(10)))).isEmpty();
    var later = NOW.plus(Duration.ofDays(11));
    var anew = ReferenceMessages.appending(sample("{\"a\":[\"4\"]}"));
    values.register(signer().sign(anew, later), later).orThrow();
    assertThat(values.find("a", later)).contains(json("[\"4\"]"));
  }

  @Test
  void only_lists_are_added_to_lists() {
    references.signed("{\"one\":1,\"list\":[1]}", NOW);
    var later = NOW.plus(MINUTE);
    for (String bad : new String[] {"{\"list\":2}", "{\"list\":null}", "{\"one\":[2]}"}) {
      var message = signer().sign(ReferenceMessages.appending(sample(bad)), later);
      assertThat(says(values.register(message, later))).as(bad).startsWith("reference-append");
    }
  }

  @Test
  void a_list_does_not_grow_without_bound() {
    String large = "[\"" + "a".repeat(700_000) + "\"]";
    references.signed("{\"a\":" + large + "}", NOW);
    var more = ReferenceMessages.appending(sample("{\"a\":" + large.replace('a', 'b') + "}"));
    var later = NOW.plus(MINUTE);
    assertThat(says(values.register(signer().sign(more, later), later)))
        .startsWith("reference-append");
  }

  @Test
  void all_values_of_a_message_are_registered_or_none() {
    references.signed("{\"b\":1}", NOW.plusSeconds(1));
    int before = references.trail.events.size();
    var message = signer().sign(sample("{\"a\":1,\"b\":2,\"c\":3}"), NOW);
    assertThat(says(values.register(message, NOW.plusSeconds(2)))).startsWith("reference-rollback");
    assertThat(values.find("a", NOW.plusSeconds(2))).isEmpty();
    assertThat(values.find("b", NOW.plusSeconds(2))).contains(json("1"));
    assertThat(references.trail.events).hasSize(before);
  }

  @Test
  void the_list_goes_page_by_page_within_a_prefix() {
    references.signed("{\"a/1\":1,\"a/2\":1,\"a/3\":1,\"a_4\":1,\"b\":1,\"a%\":1}", NOW);
    var first = values.list("a/", "", 2);
    assertThat(first.values()).extracting(ReferenceVersion::name).containsExactly("a/1", "a/2");
    var second = values.list("a/", first.next(), 2);
    assertThat(second.values()).extracting(ReferenceVersion::name).containsExactly("a/3");
    assertThat(second.next()).isEmpty();
    assertThat(values.list("", "", 0).values()).hasSize(1);
    assertThat(values.list("", "", 1 << 30).values()).hasSize(6);
    assertThat(values.list("a%", "", 10).values()).hasSize(1);
    assertThat(values.list("zz", "", 10).values()).isEmpty();
  }

  @Test
  void the_history_keeps_the_last_hundred_versions() {
    for (int i = 0; i < 105; i++)
      values.register(sample("{\"a\":" + i + "}"), ADMIN, NOW.plusMillis(i)).orThrow();
    assertThat(values.history("a")).hasSize(100);
    assertThat(values.history("a").getFirst().version()).isEqualTo(105);
  }

  @Test
  void every_change_is_in_the_trail_with_its_provenance() {
    references.signed("{\"a\":1}", NOW);
    values.register(sample("{\"b\":1}"), ADMIN, NOW).orThrow();
    values.delete("a", ADMIN, NOW).orThrow();
    assertThat(references.trail.events)
        .extracting(e -> e.kind() + " " + e.actor() + " " + e.detail().string("action").orElse(""))
        .containsExactly(
            "reference key:builder register",
            "reference admin:alice register",
            "reference admin:alice delete");
    assertThat(Json.text(references.trail.events.getFirst().detail()))
        .contains("\"a\":\"" + values.history("a").getLast().sha256() + "\"");
  }

  @Test
  void a_change_is_seen_at_once_here_and_within_a_second_on_another_replica() {
    var other = references.replica("admin");
    assertThat(other.find("a", NOW)).isEmpty();
    assertThat(values.find("a", NOW)).isEmpty();
    references.signed("{\"a\":1}", NOW);
    assertThat(values.find("a", NOW)).contains(json("1"));
    assertThat(other.find("a", NOW.plusMillis(999))).contains(json("1"));
    references.signed("{\"a\":2}", NOW.plusMillis(1000));
    assertThat(values.find("a", NOW.plusMillis(1000))).contains(json("2"));
    assertThat(other.find("a", NOW.plusMillis(2000))).contains(json("2"));
  }

  @Test
  void asking_again_costs_no_query_until_half_a_second_is_over() {
    references.signed("{\"a\":1}", NOW);
    var counted = new CountingDatabase(references.database);
    var cache = new ReferenceCache(counted);
    for (int i = 0; i < 499; i++) {
      assertThat(cache.find("a", NOW.plusMillis(i))).isPresent();
      assertThat(cache.find("absent", NOW.plusMillis(i))).isEmpty();
    }
    int first = counted.reads();
    assertThat(first).isLessThanOrEqualTo(4);
    for (int i = 500; i < 900; i++) assertThat(cache.find("a", NOW.plusMillis(i))).isPresent();
    assertThat(counted.reads()).isEqualTo(first + 1);
    for (int i = 0; i < 25_000; i++) assertThat(cache.find("n" + i, NOW)).isEmpty();
    assertThat(cache.remembered()).isLessThanOrEqualTo(10_000);
  }
}
