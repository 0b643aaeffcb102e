package dev.theca.broker.token;

import dev.theca.wire.json.JsonObject;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * Claims of tokens that were verified lately, by the hash of the token, within a bound of
 * characters in all. An entry holds for one generation of keys and revocations.
 */
final class VerifiedCache {
  /**
   * @param until when the token, or the trust in its key, must be looked at again
   */
  record Entry(JsonObject claims, long generation, Instant until, int chars) {}

  private final long maxChars;
  private long chars;
  private final LinkedHashMap<ByteBuffer, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  VerifiedCache(long maxChars) {
    this.maxChars = maxChars;
  }

  synchronized Optional<JsonObject> find(byte[] hash, long generation, Instant now) {
    var key = ByteBuffer.wrap(hash);
    var entry = entries.get(key);
    if (entry == null) return Optional.empty();
    if (entry.generation() == generation && now.isBefore(entry.until()))
      return Optional.of(entry.claims());
    entries.remove(key);
    chars -= entry.chars();
    return Optional.empty();
  }

  synchronized void put(byte[] hash, Entry entry) {
    var before = entries.put(ByteBuffer.wrap(hash), entry);
    chars += entry.chars() - (before == null ? 0 : before.chars());
    var oldest = entries.values().iterator();
    while (chars > maxChars && oldest.hasNext()) {
      chars -= oldest.next().chars();
      oldest.remove();
    }
  }

  synchronized int size() {
    return entries.size();
  }
}
