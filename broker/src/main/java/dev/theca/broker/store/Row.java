package dev.theca.broker.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** One row of an answer; columns count from 1. */
public final class Row {
  private final ResultSet results;

  Row(ResultSet results) {
    this.results = results;
  }

  public String text(int column) throws SQLException {
    return present(results.getString(column), column);
  }

  public long number(int column) throws SQLException {
    return results.getLong(column);
  }

  public byte[] bytes(int column) throws SQLException {
    return present(results.getBytes(column), column);
  }

  /** A text that may be NULL. */
  public Optional<String> maybeText(int column) throws SQLException {
    return Optional.ofNullable(results.getString(column));
  }

  private static <T> T present(T value, int column) {
    if (value == null) throw new IllegalStateException("column " + column + " is NULL");
    return value;
  }
}
