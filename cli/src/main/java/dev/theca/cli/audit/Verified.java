package dev.theca.cli.audit;

import dev.theca.broker.audit.AuditReport;
import dev.theca.cli.broker.Columns;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.nio.file.Path;

/** What a verification found, for programs and for people. */
final class Verified {
  private Verified() {}

  static JsonObject json(AuditReport report) {
    return JsonObject.builder()
        .put("first", report.first())
        .put("last", report.last())
        .put("records", report.records())
        .put("heads", report.heads())
        .put("signers", JsonArray.strings(report.signers()))
        .put("last_signed", report.lastSigned().toString())
        .put("vouched_through", report.vouchedThrough())
        .put("removed_through", report.removedThrough())
        .put("head", head(report))
        .build();
  }

  private static String head(AuditReport report) {
    return report.last() + ":" + report.hash();
  }

  /**
   * The same in lines.
   *
   * @param judged whether the reader came with a key or a head
   */
  static String text(Path file, AuditReport report, boolean judged) {
    if (report.records() == 0) return file + ": no records\nhead to keep  " + head(report) + "\n";
    var lines =
        JsonObject.builder()
            .put("records", report.first() + " to " + report.last() + ", unbroken")
            .put("signed heads", report.heads())
            .put("signed by", JsonArray.strings(report.signers()))
            .put("last signed", report.lastSigned().toString());
    if (report.removedThrough() > 0)
      lines.put("removed by retention", "up to " + report.removedThrough());
    if (judged) lines.put("vouched for", "up to record " + report.vouchedThrough());
    lines.put("head to keep", head(report));
    return file
        + "\n"
        + Columns.pairs(lines.build())
        + (judged
            ? ""
            : "Nothing was expected of it, so this shows that it is consistent with itself alone;\n"
                + "'theca audit verify' with --key or --head shows that it is the broker's.\n");
  }
}
