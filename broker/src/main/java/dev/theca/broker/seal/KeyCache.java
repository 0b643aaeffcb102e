package dev.theca.broker.seal;

import dev.theca.wire.secret.Secret;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Optional;

/** Unwrapped data keys, the most recently used ones; zeroed when they leave. */
final class KeyCache implements AutoCloseable {
  private static final int KEPT = 256;

  private final LinkedHashMap<Long, Secret> keys = new LinkedHashMap<>(16, 0.75f, true);

  /** A copy, which the caller zeroes. */
  synchronized Optional<byte[]> copyOf(long id) {
    return Optional.ofNullable(keys.get(id)).map(key -> key.lend(byte[]::clone));
  }

  synchronized void put(long id, Secret key) {
    Secret before = keys.put(id, key);
    if (before != null) before.close();
    Iterator<Secret> oldest = keys.values().iterator();
    while (keys.size() > KEPT) {
      oldest.next().close();
      oldest.remove();
    }
  }

  @Override
  public synchronized void close() {
    keys.values().forEach(Secret::close);
    keys.clear();
  }
}
