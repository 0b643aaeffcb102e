package dev.theca.broker.store;

import java.sql.SQLException;

/** Reads SQLSTATEs, https://www.postgresql.org/docs/current/errcodes-appendix.html. */
final class PostgresTrouble {
  private PostgresTrouble() {}

  static Trouble judge(SQLException e) {
    String state = state(e);
    return switch (state) {
      // serialization_failure, deadlock_detected, lock_not_available
      case "40001", "40P01", "55P03" -> Trouble.CONFLICT;
      // The server is, or has become, a standby; the pool or the driver has no answer in time.
      case "25006", "25P03", "57014" -> Trouble.DOWN;
      case "" -> Trouble.DOWN;
      default ->
          switch (state.substring(0, 2)) {
            // connection, authorization, resources, operator intervention, system, internal
            case "08", "28", "53", "57", "58", "F0", "XX" -> Trouble.DOWN;
            default -> Trouble.STATEMENT;
          };
    };
  }

  static StoreDown down(PostgresSettings settings, SQLException e) {
    String words =
        switch (state(e)) {
          case "28P01", "28000" -> "does not let the user in; look at its password and pg_hba.conf";
          case "3D000" -> "does not exist; create it";
          case "53100" -> "has no space left on its disk; free space";
          case "53300" -> "has no connection free; raise max_connections";
          case "25006" -> "is a standby that cannot be written to";
          case "57014" -> "did not answer in time";
          default -> "cannot be reached";
        };
    return new StoreDown("the database " + settings + " " + words, e);
  }

  /** Of a read: that it wrote. Of a write: that the server is a standby. */
  static boolean isReadOnly(SQLException e) {
    return state(e).equals("25006");
  }

  private static String state(SQLException e) {
    var state = e.getSQLState();
    return state == null || state.length() != 5 ? "" : state;
  }
}
