package dev.theca.broker.store;

import dev.theca.wire.Outcome;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Where a PostgreSQL database is and how to be let in. Holds no password, only where it is read
 * from for each connection, so that a changed file is used without a restart.
 *
 * @param patience how long a call waits for the database before it says {@link StoreDown}
 */
public record PostgresSettings(
    String host,
    int port,
    String database,
    String user,
    Password password,
    Tls tls,
    Duration patience) {

  /** Where the password comes from. */
  public sealed interface Password {
    /** The server trusts the user by other means: address or certificate. */
    record None() implements Password {}

    /** The first line of a file. */
    record InFile(Path file) implements Password {}
  }

  /** How the connection is protected; named as libpq's {@code sslmode}. */
  public sealed interface Tls {
    /** {@code disable}: everybody on the way reads and changes what the broker stores. */
    record Disabled() implements Tls {}

    /** {@code require}: encrypted, but for whoever answers. */
    record Unverified() implements Tls {}

    /** {@code verify-full} with the certificate authorities of the Java runtime. */
    record Verified() implements Tls {}

    /** {@code verify-full} with the authorities in a PEM file ({@code sslrootcert}). */
    record VerifiedBy(Path roots) implements Tls {}
  }

  public PostgresSettings {
    if (host.isEmpty() || database.isEmpty() || user.isEmpty()) {
      throw new IllegalArgumentException("a database needs host, name and user");
    }
    if (port < 1 || port > 65535) throw new IllegalArgumentException("port " + port);
    if (patience.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("a patience of " + patience + " is under a second");
    }
  }

  /**
   * Reads {@code postgres://user@host:port/database?sslmode=verify-full&sslrootcert=/a/file}. The
   * port is 5432 and {@code sslmode} {@code verify-full} where nothing is said; {@code passfile}
   * names a file with the password alone. A password within the URL is refused.
   */
  public static Outcome<PostgresSettings> parse(String url) {
    return PostgresUrl.parse(url);
  }

  public PostgresSettings withPassword(Password other) {
    return new PostgresSettings(host, port, database, user, other, tls, patience);
  }

  public PostgresSettings withPatience(Duration other) {
    return new PostgresSettings(host, port, database, user, password, tls, other);
  }

  @Override
  public String toString() {
    return "postgres://" + user + "@" + host + ":" + port + "/" + database;
  }
}
