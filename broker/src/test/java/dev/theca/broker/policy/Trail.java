package dev.theca.broker.policy;

import dev.theca.broker.audit.Audit;
import dev.theca.broker.audit.Event;
import dev.theca.broker.store.Sql;
import java.util.ArrayList;
import java.util.List;

/** An audit trail that a test can read. */
final class Trail implements Audit {
  final List<Event> events = new ArrayList<>();

  @Override
  public void append(Sql sql, Event event) {
    events.add(event);
  }

  @Override
  public void record(Event event) {
    events.add(event);
  }
}
