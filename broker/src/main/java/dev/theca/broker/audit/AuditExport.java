package dev.theca.broker.audit;

import dev.theca.broker.store.Database;
import dev.theca.broker.store.Sql;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Writes the trail as JSON Lines: a header (format, keys, first sequence, hash before it), then the
 * records in order, each signed head right after the record that it covers, so that {@link
 * AuditVerify} reads it in one pass. Memory does not grow with the length.
 */
public final class AuditExport {
  static final String FORMAT = "theca-audit-1";
  private static final int PAGE = 500;

  private final Database database;

  public AuditExport(Database database) {
    this.database = database;
  }

  private record Start(ExportRange.Bounds bounds, JsonObject header) {}

  private record Page(List<AuditRecord> records, NavigableMap<Long, SignedHead> heads) {}

  /** Writes what the range holds now; the stream stays open. How many records. */
  public long write(ExportRange range, OutputStream out) throws IOException {
    var start =
        database.read(
            sql -> {
              var bounds = ExportRange.bounds(range, sql);
              return new Start(bounds, header(sql, bounds.first()));
            });
    line(out, Json.text(start.header()));
    long next = start.bounds().first();
    long last = start.bounds().last();
    while (next <= last) {
      long from = next;
      var page = database.read(sql -> page(sql, from, Math.min(last, from + PAGE - 1)));
      for (AuditRecord record : page.records()) {
        if (record.seq() != next++)
          throw new IOException("records were removed while the export ran; start it again");
        line(out, record.line());
        var head = page.heads().get(record.seq());
        if (head != null) line(out, headLine(head));
      }
      if (page.records().isEmpty())
        throw new IOException("records were removed while the export ran; start it again");
    }
    out.flush();
    return Math.max(0, last - start.bounds().first() + 1);
  }

  static JsonObject header(Sql sql, long first) throws SQLException {
    List<JsonValue> keys = AuditKeys.history(sql).stream().<JsonValue>map(KeyChange::json).toList();
    var before = head(sql, first - 1);
    String previous =
        first == 1
            ? AuditRecord.NONE
            : sql.one("SELECT previous FROM audit_record WHERE seq = ?", r -> r.text(1), first)
                .or(() -> before.map(SignedHead::hash))
                .orElse(hashOf(sql, first - 1));
    var header =
        JsonObject.builder()
            .put("format", FORMAT)
            .put("first", first)
            .put("previous", previous)
            .put("keys", new JsonArray(keys));
    before.ifPresent(checkpoint -> header.put("checkpoint", checkpoint.json()));
    return header.build();
  }

  private static String hashOf(Sql sql, long seq) throws SQLException {
    return sql.one("SELECT hash FROM audit_record WHERE seq = ?", r -> r.text(1), seq).orElse("");
  }

  private static java.util.Optional<SignedHead> head(Sql sql, long seq) throws SQLException {
    return sql.one(
        "SELECT " + SignedHead.COLUMNS + " FROM audit_head WHERE seq = ?", SignedHead::read, seq);
  }

  private static Page page(Sql sql, long from, long to) throws SQLException {
    var records =
        sql.list(
            "SELECT "
                + AuditRecord.COLUMNS
                + " FROM audit_record WHERE seq >= ? AND seq <= ? ORDER BY seq",
            AuditRecord::read,
            from,
            to);
    var heads = new TreeMap<Long, SignedHead>();
    for (SignedHead head : heads(sql, from, to)) heads.put(head.seq(), head);
    return new Page(records, heads);
  }

  static List<SignedHead> heads(Sql sql, long from, long to) throws SQLException {
    return sql.list(
        "SELECT "
            + SignedHead.COLUMNS
            + " FROM audit_head WHERE seq >= ? AND seq <= ? ORDER BY seq",
        SignedHead::read,
        from,
        to);
  }

  static String headLine(SignedHead head) {
    return Json.text(JsonObject.builder().put("head", head.json()).build());
  }

  private static void line(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.write('\n');
  }
}
