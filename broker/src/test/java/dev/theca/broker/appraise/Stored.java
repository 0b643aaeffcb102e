package dev.theca.broker.appraise;

import dev.theca.broker.audit.Audit;
import dev.theca.broker.audit.Event;
import dev.theca.broker.policy.PolicyId;
import dev.theca.broker.policy.PolicyStore;
import dev.theca.broker.store.Database;
import dev.theca.broker.store.Sql;
import dev.theca.broker.store.SqliteDatabase;
import dev.theca.collateral.FixedSource;
import dev.theca.evidence.CollateralSource;
import dev.theca.forge.SgxPlatform.Knobs;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An attestation service over a database of its own, with what a test registers. */
final class Stored implements AutoCloseable {
  static final CollateralSource GOOD = Worlds.source(Knobs.good());
  static final CollateralSource NOTHING = new FixedSource(Optional.empty(), Optional.empty());

  final Database database;
  final PolicyStore policies;
  final Map<String, JsonValue> references = new LinkedHashMap<>(Worlds.references().members());

  Stored(Path folder) {
    database = SqliteDatabase.open(folder.resolve("broker.db"));
    policies =
        new PolicyStore(
            database,
            new Audit() {
              @Override
              public void append(Sql sql, Event event) {}

              @Override
              public void record(Event event) {}
            });
  }

  Appraiser service() {
    return service(GOOD, CollateralSettings.DEFAULT);
  }

  Appraiser service(CollateralSource source, CollateralSettings settings) {
    return Appraiser.of(
        Worlds.VERIFIER,
        source,
        Anchors.NONE,
        settings,
        policies,
        (name, now) -> Optional.ofNullable(references.get(name)),
        EarSettings.of("the-broker", "theca 0.1.0"));
  }

  void put(String id, String text) {
    policies.put(PolicyId.attestation(id).orThrow(), text, "admin:test", Worlds.NOW).orThrow();
  }

  static JsonObject part(Judged judged, String name) {
    return judged.claims().object("submods").orElseThrow().object(name).orElseThrow();
  }

  static String status(Judged judged) {
    return part(judged, "cpu0").string("ear.status").orElseThrow();
  }

  static long claim(Judged judged, String name) {
    return part(judged, "cpu0")
        .object("ear.trustworthiness-vector")
        .orElseThrow()
        .integer(name)
        .orElseThrow();
  }

  static Refusal reason(Outcome<?> outcome) {
    return ((Outcome.Refused<?>) outcome).reasons().getFirst();
  }

  static Outcome<Judged> judge(AttestationService service, Attester... attesters) {
    return service.judge(List.of(attesters), List.of(), Worlds.NOW);
  }

  @Override
  public void close() {
    database.close();
  }
}
