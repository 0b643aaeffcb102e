package dev.theca.broker.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;

/**
 * Prepared statements of one connection, the least recently used closed first. A statement in use
 * is not in the cache, so that a text used within itself gets a statement of its own. Not safe for
 * several threads, as its connection.
 */
final class StatementCache {
  private final Connection connection;
  private final int limit;
  private final LinkedHashMap<String, PreparedStatement> idle =
      new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param limit 0 where the driver keeps statements itself
   */
  StatementCache(Connection connection, int limit) {
    this.connection = connection;
    this.limit = limit;
  }

  PreparedStatement take(String text) throws SQLException {
    var known = idle.remove(text);
    return known != null ? known : connection.prepareStatement(text);
  }

  /** Takes a statement back that ended well; its values, which may be sealed keys, are let go. */
  void giveBack(String text, PreparedStatement statement) throws SQLException {
    if (limit == 0 || idle.containsKey(text)) {
      statement.close();
      return;
    }
    statement.clearParameters();
    idle.put(text, statement);
    if (idle.size() > limit) idle.pollFirstEntry().getValue().close();
  }
}
