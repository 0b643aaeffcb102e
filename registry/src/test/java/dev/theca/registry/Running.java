package dev.theca.registry;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** A registry on a free port of loopback, with a clock that a test can turn. */
final class Running implements AutoCloseable {
  final Registry registry;
  final Talk talk;
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

  Running(Path root, UnaryOperator<RegistrySettings> settings) throws IOException {
    InstantSource clock = now::get;
    registry =
        Registry.start(settings.apply(RegistrySettings.of(root).withListen("127.0.0.1:0")), clock)
            .orThrow();
    talk = new Talk(registry.address());
  }

  void later(java.time.Duration time) {
    now.updateAndGet(t -> t.plus(time));
  }

  @Override
  public void close() throws IOException {
    talk.close();
    registry.close();
  }
}
