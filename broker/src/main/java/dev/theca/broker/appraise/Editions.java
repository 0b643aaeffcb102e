package dev.theca.broker.appraise;

import dev.theca.broker.store.Database;
import dev.theca.broker.store.Sql;
import dev.theca.collateral.CachingSource;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.VerifiedCollateral;
import dev.theca.evidence.VerifiedCollateral.Edition;
import dev.theca.wire.Outcome;
import java.sql.SQLException;
import java.time.Instant;

/**
 * The newest edition of each model's collateral that this broker or another replica has believed,
 * in the database: whoever answers for the provisioning service cannot wait for a restart to bring
 * back documents of a better day. A replica whose cache holds an earlier edition keeps it to its
 * end.
 */
final class Editions {
  private final Database database;

  Editions(Database database) {
    this.database = database;
  }

  CachingSource.Admission admission() {
    return (model, channel, made) ->
        forward(
            String.join(
                " ",
                made.rootName(),
                channel.toString(),
                model.type().toString(),
                model.fmspc(),
                model.ca()),
            made);
  }

  /** The collateral, refused when a later edition for the model was believed before. */
  private Outcome<VerifiedCollateral> forward(String model, VerifiedCollateral collateral) {
    var edition = collateral.edition();
    var newest = database.write(sql -> newest(sql, model, edition));
    return edition.isBefore(newest)
        ? Outcome.refused(
            EvidenceCode.COLLATERAL_ROLLBACK,
            "edition of the collateral",
            "not before " + newest,
            edition + "",
            "let the provisioning service give the newer documents, or allow older ones explicitly")
        : Outcome.granted(collateral);
  }

  private static Edition newest(Sql sql, String model, Edition edition) throws SQLException {
    sql.update(
        "INSERT INTO collateral_edition (model, evaluation, issued) VALUES (?, ?, ?)"
            + " ON CONFLICT (model) DO UPDATE SET evaluation = excluded.evaluation,"
            + " issued = excluded.issued WHERE collateral_edition.evaluation < excluded.evaluation"
            + " OR (collateral_edition.evaluation = excluded.evaluation"
            + " AND collateral_edition.issued < excluded.issued)",
        model,
        edition.evaluationNumber(),
        edition.issued().toEpochMilli());
    return sql.one(
            "SELECT evaluation, issued FROM collateral_edition WHERE model = ?",
            row -> new Edition((int) row.number(1), Instant.ofEpochMilli(row.number(2))),
            model)
        .orElseThrow();
  }
}
