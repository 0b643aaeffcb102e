package dev.theca.broker.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Deadlines of TLS handshakes, which run before the server hands us the connection. */
final class Handshakes {
  private final Watches watches;
  private final Duration limit;
  private final Map<Thread, Watch> running = new ConcurrentHashMap<>();

  Handshakes(Watches watches, Duration limit) {
    this.watches = watches;
    this.limit = limit;
  }

  /** The calling thread begins one. */
  void begin() {
    running.put(Thread.currentThread(), watches.watch(limit));
    // A handshake that fails ends its thread, and nobody tells: forget those.
    if (running.size() % 256 == 0) sweep();
  }

  /** The calling thread is through, or never had one. */
  void end() {
    var watch = running.remove(Thread.currentThread());
    if (watch != null) watch.close();
  }

  private void sweep() {
    running.forEach(
        (thread, watch) -> {
          if (!thread.isAlive() && running.remove(thread, watch)) watch.close();
        });
  }
}
