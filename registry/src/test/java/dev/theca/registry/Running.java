package dev.theca.registry;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/** A registry on a free port of loopback, with a clock that a test can turn. */
final class Running implements AutoCloseable {
  final Registry registry;
  final Talk talk;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

  Running(Path root, UnaryOperator<RegistrySettings> settings) throws IOException {
    InstantSource clock = now::get;
    registry =
        Registry.start(
                settings.apply(RegistrySettings.of(root).withListen("127.0.0.1:0")),
                clock,
                lines::add)
            .orThrow();
    talk = new Talk(registry.address());
  }

  /** The access log when it has so many lines: the last comes a moment after its answer. */
  List<String> lines(int count) {
    long end = System.nanoTime() + 60_000_000_000L;
    while (lines.size() < count && System.nanoTime() < end) LockSupport.parkNanos(1_000_000);
    return List.copyOf(lines);
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
