package dev.theca.broker.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;

/** Locks by name on PostgreSQL, whose advisory locks have numbers. */
final class AdvisoryLock {
  private AdvisoryLock() {}

  /** The same in all replicas and versions: names that share a number would only wait in vain. */
  static long number(String name) {
    try {
      byte[] text = ("theca " + name).getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text)).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static void take(Sql sql, String name) throws SQLException {
    var unused =
        sql.one("SELECT 1 FROM pg_advisory_xact_lock(?)", row -> true, AdvisoryLock.number(name));
  }
}
