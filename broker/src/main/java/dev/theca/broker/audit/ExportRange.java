package dev.theca.broker.audit;

import dev.theca.broker.store.Sql;
import java.sql.SQLException;
import java.time.Instant;

/** Which records an export holds; it goes on to the next signed head, so that all are covered. */
public sealed interface ExportRange {
  /** Everything that is still there. */
  static ExportRange all() {
    return new Sequences(1, Long.MAX_VALUE);
  }

  /** Everything from a record on: what {@code --since} names after an earlier export. */
  static ExportRange since(long seq) {
    return new Sequences(seq, Long.MAX_VALUE);
  }

  /** Records by sequence, both ends included. */
  record Sequences(long from, long to) implements ExportRange {}

  /** Records by time, the end not included. */
  record Times(Instant from, Instant until) implements ExportRange {}

  /** First and last sequence; the first is beyond the last when there is nothing. */
  record Bounds(long first, long last) {}

  /** What there is of it in the database now. */
  static Bounds bounds(ExportRange range, Sql sql) throws SQLException {
    long least = number(sql, "SELECT MIN(seq) FROM audit_record", 1);
    long most = number(sql, "SELECT MAX(seq) FROM audit_record", 0);
    var wanted =
        switch (range) {
          case Sequences(long from, long to) -> new Bounds(from, to);
          case Times(Instant from, Instant until) ->
              new Bounds(
                  number(
                      sql,
                      "SELECT MIN(seq) FROM audit_record WHERE time >= ?",
                      most + 1,
                      from.toEpochMilli()),
                  number(
                      sql,
                      "SELECT MAX(seq) FROM audit_record WHERE time < ?",
                      0,
                      until.toEpochMilli()));
        };
    long first = Math.clamp(wanted.first(), least, most + 1);
    long last = Math.min(most, wanted.last());
    return new Bounds(
        first, number(sql, "SELECT MIN(seq) FROM audit_head WHERE seq >= ?", most, last));
  }

  private static long number(Sql sql, String text, long otherwise, Object... values)
      throws SQLException {
    return sql.one(text, row -> row.maybeText(1).map(Long::parseLong), values)
        .flatMap(n -> n)
        .orElse(otherwise);
  }
}
