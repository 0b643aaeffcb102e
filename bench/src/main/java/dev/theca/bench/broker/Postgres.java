package dev.theca.bench.broker;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A PostgreSQL server of the bench's own, with its usual settings: each commit waits for the disk.
 */
final class Postgres implements AutoCloseable {
  private final EmbeddedPostgres server;

  Postgres(Path binaries, Path data) throws IOException {
    server =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(binaries.toFile())
            .setDataDirectory(data)
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("full_page_writes", "on")
            .setPGStartupWait(Duration.ofSeconds(60))
            .start();
  }

  /** The lines of the broker's {@code [store]}. */
  String store() {
    return "type = \"postgres\"\nurl = \"postgres://postgres@localhost:"
        + server.getPort()
        + "/postgres?sslmode=disable\"";
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
