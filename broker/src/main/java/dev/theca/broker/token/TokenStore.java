package dev.theca.broker.token;

import dev.theca.broker.seal.Sealer;
import dev.theca.broker.store.Database;
import dev.theca.wire.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Signing keys and revocations that all replicas share. A change by another replica is noticed
 * within a second: one small read a second, by one thread; all others go on with what is known.
 */
public final class TokenStore {
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration HURRY = Duration.ofMillis(50);

  private final Database database;
  private final InstantSource clock;
  private final TokenSettings settings;
  private final SigningKeys keys;
  private final AtomicLong nextPoll = new AtomicLong();
  private final ReentrantLock hurry = new ReentrantLock();

  /** Readings that began, under the lock. */
  private final AtomicLong readings = new AtomicLong();

  private long nextHurry = System.nanoTime();
  private volatile TokenState state;

  private TokenStore(
      Database database, Sealer sealer, InstantSource clock, TokenSettings settings) {
    this.database = database;
    this.clock = clock;
    this.settings = settings;
    keys = new SigningKeys(database, sealer, settings);
    keys.ensure(clock.instant());
    state = database.read(TokenState::load);
  }

  /** Opens the keys, and makes the first ones when there are none. */
  public static TokenStore open(
      Database database, Sealer sealer, InstantSource clock, TokenSettings settings) {
    return new TokenStore(database, sealer, clock, settings);
  }

  TokenSettings settings() {
    return settings;
  }

  Database database() {
    return database;
  }

  InstantSource clock() {
    return clock;
  }

  /** What is known now, at most a second old. */
  TokenState state() {
    long now = clock.millis();
    long due = nextPoll.get();
    if (now >= due && nextPoll.compareAndSet(due, now + POLL.toMillis())) refresh();
    return state;
  }

  /**
   * As {@link #state}, but read after this call began: for a key that is not known yet. At most 20
   * reads a second, which serve all that wait for one.
   */
  TokenState newest() {
    long asked = readings.get();
    hurry.lock();
    try {
      if (readings.get() > asked) return state;
      long wait = nextHurry - System.nanoTime();
      if (wait > 0) LockSupport.parkNanos(wait);
      nextHurry = System.nanoTime() + HURRY.toNanos();
      readings.incrementAndGet();
      refresh();
      return state;
    } finally {
      hurry.unlock();
    }
  }

  private void refresh() {
    long known = state.generation();
    if (database.read(TokenState::generation) != known) reload();
  }

  void reload() {
    var fresh = database.read(TokenState::load);
    synchronized (this) {
      if (fresh.generation() >= state.generation()) state = fresh;
    }
  }

  /** The key that signs now. */
  SigningKey signing() {
    if (keys.filesChanged(clock.instant())) reload();
    var key = keys.signing(state());
    if (key.isPresent()) return key.get();
    reload(); // another replica rotated right now
    return keys.signing(state)
        .orElseThrow(() -> new IllegalStateException("no key for tokens is current"));
  }

  /**
   * Lets the next key sign and makes a new next one. The old one verifies on, so that no token and
   * no request fails.
   *
   * @return the key that signs now; refused when it was not published for long enough
   */
  public Outcome<String> rotate(Instant now) {
    var outcome = keys.rotate(now);
    reload();
    return outcome;
  }

  /**
   * Rotates when the key that signs has done so for this long, which is since the next one is
   * published; never an operator's key.
   *
   * @return the key that signs since now; empty when nothing changed
   */
  public Optional<String> rotateAfter(Duration period, Instant now) {
    if (settings.key() instanceof TokenSettings.KeySource.Files) return Optional.empty();
    var next = newest().in(HeldKey.State.NEXT);
    boolean due = next.isPresent() && !now.isBefore(next.get().made().plus(period));
    return due && rotate(now) instanceof Outcome.Granted<String>(var kid)
        ? Optional.of(kid)
        : Optional.empty();
  }

  /**
   * Replaces all keys at once, because one may be known to others: tokens that they signed are no
   * longer believed here, and relying parties learn the new key at their next poll.
   *
   * @return the key that signs now
   */
  public String replaceCompromised(Instant now) {
    String kid = keys.replaceAll(now);
    reload();
    return kid;
  }

  /** Forgets keys and revocations that no token needs any more: to be called now and then. */
  public void tidy(Instant now) {
    keys.tidy(now);
    reload();
  }
}
