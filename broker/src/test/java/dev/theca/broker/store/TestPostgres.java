package dev.theca.broker.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real PostgreSQL server on a free port of loopback. Test classes share one ({@link #fresh}),
 * each with databases of its own; a test that stops its server starts one with {@link #start}.
 */
public final class TestPostgres implements AutoCloseable {
  /** Unpacked once, for all test runs of this build. */
  private static final Path BINARIES =
      Path.of(System.getProperty("theca.root", ".."))
          .resolve("broker/target/postgres")
          .toAbsolutePath()
          .normalize();

  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static Optional<TestPostgres> shared = Optional.empty();

  private final Path folder;
  private Optional<EmbeddedPostgres> server = Optional.empty();
  private int port;

  private TestPostgres(Path folder) {
    this.folder = folder;
  }

  /** The settings of a new, empty database of the server that this JVM's tests share. */
  public static synchronized PostgresSettings fresh() {
    if (shared.isEmpty()) {
      var server = start();
      Runtime.getRuntime().addShutdownHook(new Thread(server::close));
      shared = Optional.of(server);
    }
    return shared.get().database();
  }

  /** A server of one's own, to be closed. */
  public static TestPostgres start() {
    try {
      var server = new TestPostgres(Files.createTempDirectory("theca-postgres"));
      boolean started = false;
      try {
        server.again();
        started = true;
        return server;
      } finally {
        if (!started) server.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a stopped server with the same port and data. */
  public void again() {
    try {
      var builder =
          EmbeddedPostgres.builder()
              .setOverrideWorkingDirectory(BINARIES.toFile())
              .setDataDirectory(folder.resolve("data"))
              .setCleanDataDirectory(false)
              .setPGStartupWait(Duration.ofSeconds(60));
      if (port != 0) builder.setPort(port);
      var started = builder.start();
      port = started.getPort();
      server = Optional.of(started);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops the server as an operator would; its data stays. */
  public void stop() {
    try {
      server.orElseThrow().close();
      server = Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A new, empty database of this server. */
  public PostgresSettings database() {
    String name = "test" + DATABASES.incrementAndGet();
    try (var connection = server.orElseThrow().getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return PostgresSettings.parse(
            "postgres://postgres@localhost:" + port + "/" + name + "?sslmode=disable")
        .orThrow();
  }

  @Override
  public void close() {
    if (server.isPresent()) stop();
    // The server's last processes may still be taking their files away.
    for (int tries = 0; Files.exists(folder) && tries < 50; tries++) {
      try {
        delete();
        if (Files.exists(folder)) Thread.sleep(100);
      } catch (IOException | UncheckedIOException e) {
        continue;
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void delete() throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
