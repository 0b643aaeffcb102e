package dev.theca.broker.admin;

import dev.theca.broker.audit.Audit;
import dev.theca.broker.audit.Event;
import dev.theca.broker.store.Sql;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** An audit trail in memory, for tests. */
public final class Trail implements Audit {
  public final List<Event> events = Collections.synchronizedList(new ArrayList<>());

  @Override
  public void append(Sql sql, Event event) {
    events.add(event);
  }

  @Override
  public void record(Event event) {
    events.add(event);
  }
}
