package dev.theca.broker.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.broker.audit.Audit;
import dev.theca.broker.audit.Event;
import dev.theca.broker.audit.KeptTrail;
import dev.theca.broker.store.Database;
import dev.theca.broker.store.Sql;
import dev.theca.broker.store.SqliteDatabase;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyStoreTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final PolicyId CPU = PolicyId.attestation("default_cpu").orThrow();
  private static final String ONE =
      "package policy\nimport rego.v1\ntrust_claims := {\"hardware\": 2}\n";
  private static final String TWO =
      "package policy\nimport rego.v1\ntrust_claims := {\"hardware\": 32}\n";

  @TempDir Path folder;
  private final KeptTrail trail = new KeptTrail();
  private final AtomicLong nanos = new AtomicLong();
  private Database database;
  private PolicyStore store;

  @BeforeEach
  void open() {
    database = SqliteDatabase.open(folder.resolve("broker.db"));
    store = new PolicyStore(database, trail, nanos::get);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static List<Refusal> reasons(Outcome<?> outcome) {
    return ((Outcome.Refused<?>) outcome).reasons();
  }

  @Test
  void every_text_is_kept_as_a_version_with_its_author_and_hash() {
    assertThat(store.put(CPU, ONE, "admin:ada", NOW).orThrow().number()).isEqualTo(1);
    assertThat(store.put(CPU, TWO, "admin:bob", NOW.plusSeconds(1)).orThrow().number())
        .isEqualTo(2);
    assertThat(store.versions(CPU)).extracting(PolicyVersion::number).containsExactly(2L, 1L, 0L);
    assertThat(store.versions(CPU))
        .extracting(PolicyVersion::author)
        .containsExactly("admin:bob", "admin:ada", "theca");
    assertThat(store.get(CPU).orElseThrow().text()).isEqualTo(TWO);
    assertThat(store.get(CPU, 1).orElseThrow().text()).isEqualTo(ONE);
    assertThat(store.get(CPU, 1).orElseThrow().version().sha256()).isEqualTo(Sha256.of(ONE));
    assertThat(store.get(CPU, 3)).isEmpty();
  }

  @Test
  void a_change_and_its_audit_event_are_one_transaction() {
    store.put(CPU, ONE, "admin:ada", NOW).orThrow();
    assertThat(trail.events).extracting(Event::kind).containsExactly("policy-put");
    assertThat(trail.events.getFirst().detail().integer("version")).contains(1L);
    assertThat(trail.events.getFirst().actor()).isEqualTo("admin:ada");
    var broken =
        new PolicyStore(
            database,
            new Audit() {
              @Override
              public void append(Sql sql, Event event) {
                throw new IllegalStateException("the trail is full");
              }

              @Override
              public void record(Event event) {}
            },
            nanos::get);
    assertThatThrownBy(() -> broken.put(CPU, TWO, "admin:bob", NOW)).hasMessageContaining("full");
    assertThat(store.versions(CPU)).extracting(PolicyVersion::number).containsExactly(1L, 0L);
  }

  @Test
  void an_earlier_text_comes_back_as_a_new_version_and_history_stays() {
    store.put(CPU, ONE, "admin:ada", NOW).orThrow();
    store.put(CPU, TWO, "admin:ada", NOW).orThrow();
    assertThat(store.rollback(CPU, 1, "admin:bob", NOW).orThrow().number()).isEqualTo(3);
    assertThat(store.get(CPU).orElseThrow().text()).isEqualTo(ONE);
    assertThat(store.rollback(CPU, 0, "admin:bob", NOW).orThrow().number()).isEqualTo(4);
    assertThat(store.get(CPU).orElseThrow().text()).contains("sgx_mr_enclave");
    assertThat(reasons(store.rollback(CPU, 9, "admin:bob", NOW)).getFirst().code())
        .isEqualTo(PolicyCode.POLICY_VERSION_UNKNOWN);
    assertThat(trail.events)
        .extracting(Event::kind)
        .containsExactly("policy-put", "policy-put", "policy-rollback", "policy-rollback");
  }

  @Test
  void what_comes_with_the_broker_is_version_0_until_something_is_stored_and_after_it_is_removed() {
    assertThat(store.inForce(CPU).orElseThrow().number()).isEqualTo(0);
    assertThat(store.ids()).contains(CPU, PolicyId.RESOURCE);
    store.put(CPU, ONE, "admin:ada", NOW).orThrow();
    assertThat(store.inForce(CPU).orElseThrow().number()).isEqualTo(1);
    assertThat(store.remove(CPU, "admin:ada", NOW).isGranted()).isTrue();
    assertThat(store.inForce(CPU).orElseThrow().number()).isEqualTo(0);
    assertThat(store.versions(CPU)).extracting(PolicyVersion::number).containsExactly(2L, 1L, 0L);
    assertThat(reasons(store.remove(CPU, "admin:ada", NOW)).getFirst().code())
        .isEqualTo(PolicyCode.POLICY_UNKNOWN);
  }

  @Test
  void another_replica_sees_a_change_within_a_second() {
    var replica = new PolicyStore(database, trail, nanos::get);
    assertThat(replica.inForce(CPU).orElseThrow().number()).isEqualTo(0);
    store.put(CPU, ONE, "admin:ada", NOW).orThrow();
    assertThat(store.inForce(CPU).orElseThrow().number()).isEqualTo(1);
    assertThat(replica.inForce(CPU).orElseThrow().number()).as("at once").isEqualTo(0);
    nanos.addAndGet(1_000_000_000L);
    assertThat(replica.inForce(CPU).orElseThrow().number()).as("a second later").isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "package policy%import rego.v1%trust_claims := {            | default_cpu.rego:3:18",
        "package policy%import rego.v1%trust_claims := {\"a\": x}   | default_cpu.rego:3:",
        "package policy%import rego.v1%trust_claims := f(1)         | default_cpu.rego:3:",
        "package policy%trust_claims = y { input.x == 1 }           | default_cpu.rego:2:",
        "package policy%import rego.v1%trust_claims := trust_claims | default_cpu.rego:3:",
        "package other%import rego.v1%trust_claims := {}            | default_cpu.rego:1:1",
        "package policy%import rego.v1%allow := true                | default_cpu.rego:1:1",
        "hello                                                      | default_cpu.rego:1:1",
        "package policy%trust_claims := no.such({})                 | default_cpu.rego:2:",
      })
  void a_text_with_a_mistake_is_refused_with_its_place_and_not_kept(String text, String place) {
    var refused = store.put(CPU, text.replace('%', '\n'), "admin:ada", NOW);
    assertThat(refused.isGranted()).as(text).isFalse();
    assertThat(reasons(refused).getFirst().what()).startsWith(place);
    assertThat(store.versions(CPU)).hasSize(1);
    assertThat(trail.events).isEmpty();
  }

  @Test
  void a_file_of_the_older_syntax_is_kept_as_such() {
    String old = "package policy\ndefault allow = false\nallow { input.x == data.plugin }\n";
    var kept = store.put(PolicyId.RESOURCE, old, "admin:ada", NOW).orThrow();
    assertThat(kept.syntax()).isEqualTo("v0");
    assertThat(store.put(CPU, ONE, "admin:ada", NOW).orThrow().syntax()).isEqualTo("v1");
  }

  @Test
  void a_resource_policy_cannot_ask_for_reference_values() {
    String text = "package policy\nallow if query_reference_value(\"a\") == 1\n";
    assertThat(store.put(PolicyId.RESOURCE, text, "admin:ada", NOW).isGranted()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../x", "a/b", ".hidden", "a b", "ä", "x\u0000"})
  void names_have_nothing_but_plain_characters(String name) {
    assertThat(PolicyId.attestation(name).isGranted()).isFalse();
    assertThat(PolicyId.tenant(name).isGranted()).isFalse();
  }

  @Test
  void a_text_that_no_database_can_keep_is_refused() {
    var refused = store.put(CPU, ONE + "# \0\n", "admin:ada", NOW);
    assertThat(reasons(refused).getFirst().code()).isEqualTo(PolicyCode.POLICY_TEXT);
    assertThat(reasons(refused).getFirst().what()).startsWith("default_cpu.rego:4:");
  }

  @Test
  void a_text_that_is_too_long_is_refused_and_not_kept() {
    String text = ONE + "# " + "x".repeat(1 << 20);
    assertThat(store.put(CPU, text, "admin:ada", NOW).isGranted()).isFalse();
  }
}
