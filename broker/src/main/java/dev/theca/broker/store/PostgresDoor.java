package dev.theca.broker.store;

import dev.theca.broker.store.PostgresSettings.Password;
import dev.theca.broker.store.PostgresSettings.Tls;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * Opens connections. Each gives up when the server is silent for the patience, and the server gives
 * up on a replica that is silent within a transaction, so that its locks do not stay.
 */
final class PostgresDoor implements DataSource {
  private static final int PASSWORD_LIMIT_BYTES = 4096;

  private final PostgresSettings settings;

  PostgresDoor(PostgresSettings settings) {
    this.settings = settings;
  }

  PostgresSettings settings() {
    return settings;
  }

  @Override
  public Connection getConnection() throws SQLException {
    var connection = DriverManager.getConnection(url(), properties());
    long patienceMillis = settings.patience().toMillis();
    try (var statement = connection.createStatement()) {
      statement.execute(
          "SET idle_in_transaction_session_timeout = "
              + patienceMillis
              + "; SET statement_timeout = "
              + patienceMillis
              // What is acknowledged is on the server's disk; stronger settings stay.
              + "; SELECT set_config('synchronous_commit', 'on', false)"
              + " WHERE current_setting('synchronous_commit') = 'off'");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private String url() {
    return "jdbc:postgresql://"
        + settings.host()
        + ":"
        + settings.port()
        + "/"
        + URLEncoder.encode(settings.database(), StandardCharsets.UTF_8);
  }

  /** Names of https://jdbc.postgresql.org/documentation/use/#connection-parameters. */
  private Properties properties() throws SQLException {
    var properties = new Properties();
    var patienceSeconds = Long.toString(settings.patience().toSeconds());
    properties.setProperty("user", settings.user());
    properties.setProperty("ApplicationName", "theca-broker");
    properties.setProperty("connectTimeout", patienceSeconds);
    properties.setProperty("loginTimeout", patienceSeconds);
    properties.setProperty("socketTimeout", patienceSeconds);
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("logServerErrorDetail", "false"); // it quotes values of rows
    switch (settings.password()) {
      case Password.None() -> {}
      case Password.InFile(var file) -> properties.setProperty("password", firstLine(file));
    }
    switch (settings.tls()) {
      case Tls.Disabled() -> properties.setProperty("sslmode", "disable");
      case Tls.Unverified() -> properties.setProperty("sslmode", "require");
      case Tls.Verified() -> {
        properties.setProperty("sslmode", "verify-full");
        properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
      }
      case Tls.VerifiedBy(var roots) -> {
        properties.setProperty("sslmode", "verify-full");
        properties.setProperty("sslrootcert", roots.toString());
      }
    }
    return properties;
  }

  private static String firstLine(Path file) throws SQLException {
    try {
      if (Files.size(file) > PASSWORD_LIMIT_BYTES) throw new SQLException(file + " is too long");
      return Files.readString(file, StandardCharsets.UTF_8).lines().findFirst().orElse("");
    } catch (IOException e) {
      throw new SQLException("cannot read the password file " + file, "08001", e);
    }
  }

  /** A connection that waits for longer work, such as other replicas' migrations. */
  Connection forMigrations(Duration limit) throws SQLException {
    var connection = getConnection();
    try (var statement = connection.createStatement()) {
      statement.execute("SET statement_timeout = " + limit.toMillis());
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(limit.toMillis()));
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** The settings decide who comes in. */
  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public PrintWriter getLogWriter() {
    return new PrintWriter(PrintWriter.nullWriter());
  }

  @Override
  public void setLogWriter(PrintWriter out) {}

  @Override
  public void setLoginTimeout(int seconds) {}

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLException("not a wrapper");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
