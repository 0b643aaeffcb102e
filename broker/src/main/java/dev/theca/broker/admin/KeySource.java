package dev.theca.broker.admin;

import dev.theca.wire.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The keys of a provider, read again when they are ten minutes old, or when a token names a key
 * that is not among them; that, and every failed attempt, at most once a minute. When the provider
 * does not answer, the last keys hold for an hour.
 */
final class KeySource {
  private static final Duration FRESH = Duration.ofMinutes(10);
  private static final Duration LAST = Duration.ofHours(1);
  private static final Duration PAUSE = Duration.ofMinutes(1);

  /** What was read last; the set stays the same object as long as it says the same. */
  private record State(Optional<KeySet> keys, byte[] bytes, Instant read, Instant tried) {}

  /** A document, and how to read keys of it. */
  interface Reading {
    Outcome<byte[]> document();

    Outcome<KeySet> parse(byte[] bytes);
  }

  private final Reading reading;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile State state = new State(Optional.empty(), new byte[0], Instant.MIN, Instant.MIN);

  KeySource(Reading reading) {
    this.reading = reading;
  }

  /** The keys as they are believed now; empty when there are none. */
  Optional<KeySet> current(Instant now) {
    var seen = state;
    if (!within(seen.read, now, FRESH)) refresh(seen, now);
    var after = state;
    return within(after.read, now, LAST) ? after.keys : Optional.empty();
  }

  /** The keys as {@link #current}, after asking once more where none goes by the id. */
  Optional<KeySet> holding(String kid, Instant now) {
    var there = current(now);
    if (there.filter(keys -> !keys.candidates(kid).isEmpty()).isPresent()) return there;
    refresh(state, now);
    return current(now);
  }

  private void refresh(State seen, Instant now) {
    lock.lock();
    try {
      if (!state.equals(seen) || within(state.tried, now, PAUSE)) return;
      var bytes = reading.document();
      var keys = bytes.then(reading::parse);
      state =
          keys instanceof Outcome.Granted<KeySet>(var set)
              ? new State(Optional.of(same(bytes.orThrow(), set)), bytes.orThrow(), now, now)
              : new State(state.keys, state.bytes, state.read, now);
    } finally {
      lock.unlock();
    }
  }

  private KeySet same(byte[] bytes, KeySet set) {
    return Arrays.equals(bytes, state.bytes) ? state.keys.orElse(set) : set;
  }

  private static boolean within(Instant then, Instant now, Duration span) {
    return !then.equals(Instant.MIN) && Duration.between(then, now).abs().compareTo(span) < 0;
  }
}
