package dev.theca.broker.resource;

import dev.theca.broker.store.Database;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Rotates what is due, in pages, each resource in a transaction of its own. */
final class Sweep {
  private static final int PAGE = 100;
  private static final int MAX_REFUSALS = 100;
  private static final ResourceRows.Head START = new ResourceRows.Head("", 0, "", 0, 0, 0);

  private final Database database;
  private final ResourceStore store;
  private final List<Refusal> refused = new ArrayList<>();
  private int rotated;

  Sweep(Database database, ResourceStore store) {
    this.database = database;
    this.store = store;
  }

  Swept run(Instant now) {
    var last = START;
    while (true) {
      var from = last;
      var page = database.read(sql -> ResourceRows.due(sql, now.toEpochMilli(), from, PAGE));
      for (var head : page) rotate(head, now);
      if (page.size() < PAGE) return new Swept(rotated, refused);
      last = page.getLast();
    }
  }

  private void rotate(ResourceRows.Head head, Instant now) {
    switch (store.next(head, "leader", now)) {
      case Outcome.Granted<VersionInfo> _ -> rotated++;
      case Outcome.Refused<VersionInfo>(var reasons) -> {
        // another leader came first: done is done
        if (reasons.getFirst().code() != ResourceCode.RESOURCE_VERSION_MOVED
            && refused.size() < MAX_REFUSALS) refused.add(reasons.getFirst());
      }
    }
  }
}
