package dev.theca.broker.seal;

import dev.theca.broker.store.Database;
import java.util.ArrayList;
import java.util.List;

/** Moves all data keys under the current key-encryption key. */
final class Rewrapping {
  private static final int ATTEMPTS = 10;

  private final Database database;
  private final Keks keks;

  Rewrapping(Database database, Keks keks) {
    this.database = database;
    this.keks = keks;
  }

  /** How many were moved. Wrapping happens before the transaction, since a key may be far away. */
  int run() {
    for (int i = 0; i < ATTEMPTS; i++) {
      var before = database.read(DataKeys::all);
      var after = wrapped(before);
      boolean unchanged =
          database.write(
              sql -> {
                DataKeys.lock(sql);
                if (!names(DataKeys.all(sql)).equals(names(before))) return false;
                for (var key : after) DataKeys.replace(sql, key);
                return true;
              });
      if (unchanged) return after.size();
    }
    throw new KeyEncryptionDown("other replicas keep adding data keys; run it again");
  }

  private List<DataKeys.Wrapped> wrapped(List<DataKeys.Wrapped> before) {
    var after = new ArrayList<DataKeys.Wrapped>();
    for (var key : before) if (!key.kek().equals(keks.current().name())) after.add(rewrapped(key));
    return after;
  }

  /** Proves that the new wrapping opens, since the old one is about to be overwritten. */
  private DataKeys.Wrapped rewrapped(DataKeys.Wrapped key) {
    String context = DataKeys.context(key.id());
    var next = keks.current();
    try (var plain = keks.unwrap(key)) {
      byte[] wrapped = next.wrap(plain, context);
      try (var again = next.unwrap(wrapped, context)) {
        if (again.sameAs(plain)) return new DataKeys.Wrapped(key.id(), next.name(), wrapped);
      }
    }
    throw new SealFault(next.name() + " does not unwrap what it wraps; use another key");
  }

  private static List<String> names(List<DataKeys.Wrapped> keys) {
    return keys.stream().map(key -> key.id() + " " + key.kek()).toList();
  }
}
