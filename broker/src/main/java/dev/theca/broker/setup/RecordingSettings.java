package dev.theca.broker.setup;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.appraise.Recordings;
import dev.theca.broker.store.Database;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code [recordings]}: attestations that are kept for dry runs.
 *
 * @param enabled whether any are
 * @param newest of workloads that were believed
 * @param refused of those that were not
 */
public record RecordingSettings(boolean enabled, int newest, int refused, Duration age) {
  static Optional<RecordingSettings> read(Fields fields) {
    var table = fields.table("recordings");
    boolean enabled = table.flag("enabled", true);
    int newest = (int) table.number("newest", 10_000, 1, 1_000_000);
    int refused = (int) table.number("refused", 1000, 1, 100_000);
    var age = Duration.ofDays(table.number("days", 30, 1, 3650));
    fields.take(table);
    return Optional.of(new RecordingSettings(enabled, newest, refused, age));
  }

  /** The recordings in a database, within these bounds. */
  public Recordings open(Database database) {
    return new Recordings(database, newest, refused, age);
  }
}
