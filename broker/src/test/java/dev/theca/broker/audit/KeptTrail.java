package dev.theca.broker.audit;

import dev.theca.broker.store.Sql;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A trail and its reasons in memory: refusals are {@code r0}, {@code r1} and so on. */
public final class KeptTrail implements Audit, Reasons {
  public final List<Event> events = new CopyOnWriteArrayList<>();
  public final Map<String, List<Refusal>> kept = new ConcurrentHashMap<>();

  /** Each as its kind, outcome and actor. */
  public List<String> lines() {
    return events.stream().map(e -> e.kind() + " " + e.outcome() + " " + e.actor()).toList();
  }

  @Override
  public void append(Sql sql, Event event) {
    events.add(event);
  }

  @Override
  public void record(Event event) {
    events.add(event);
  }

  @Override
  public String keep(Sql sql, Event event, List<Refusal> reasons, JsonObject context) {
    return keep(event, reasons, context);
  }

  @Override
  public String keep(Event event, List<Refusal> reasons, JsonObject context) {
    events.add(event);
    String id = "r" + kept.size();
    kept.put(id, reasons);
    return id;
  }

  @Override
  public Optional<JsonObject> find(String id) {
    return Optional.empty();
  }
}
