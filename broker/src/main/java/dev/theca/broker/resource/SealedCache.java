package dev.theca.broker.resource;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Versions that were given lately, still sealed, for a database that nobody else writes to: what is
 * found here is what a look-up would find. A resource that is being changed is not here, and one
 * whose change has an unknown end never is again. Bounded by the bytes that it holds; gives up when
 * too many ends are unknown.
 */
final class SealedCache {
  private static final int ROW_BYTES = 512;
  private static final int MOST_CHANGING = 4096;

  private final long maxBytes;
  private final Map<String, ResourceRows.Stored> rows = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<String, Integer> changing = new HashMap<>();
  private long bytes;
  private long changes;
  private boolean off;

  SealedCache(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** The newest version that may be given, where it is known. */
  synchronized Optional<ResourceRows.Stored> find(ResourcePath path, Instant now) {
    return Optional.ofNullable(rows.get(path.text())).filter(row -> row.info().available(now));
  }

  /** To be asked before a look-up whose result is put here. */
  synchronized long changes() {
    return changes;
  }

  /** Keeps what was looked up, unless anything may have changed since {@code before}. */
  synchronized void put(ResourcePath path, ResourceRows.Stored row, long before) {
    if (off || before != changes || changing.containsKey(path.text())) return;
    forget(path);
    rows.put(path.text(), row);
    bytes += weight(row);
    var oldest = rows.values().iterator();
    while (bytes > maxBytes && oldest.hasNext()) {
      bytes -= weight(oldest.next());
      oldest.remove();
    }
  }

  /** Before a change is asked for. */
  synchronized void begin(ResourcePath path) {
    changes++;
    forget(path);
    if (off) return;
    changing.merge(path.text(), 1, Integer::sum);
    if (changing.size() <= MOST_CHANGING) return;
    off = true;
    rows.clear();
    changing.clear();
  }

  /** After a change whose end is known: made, or not made. */
  synchronized void end(ResourcePath path) {
    changing.computeIfPresent(path.text(), (text, count) -> count == 1 ? null : count - 1);
  }

  private void forget(ResourcePath path) {
    var row = rows.remove(path.text());
    if (row != null) bytes -= weight(row);
  }

  private static long weight(ResourceRows.Stored row) {
    return ROW_BYTES + (long) row.sealed().length;
  }
}
