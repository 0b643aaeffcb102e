package dev.theca.collateral;

import dev.theca.evidence.Channel;
import dev.theca.evidence.CollateralSource;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.PlatformModel;
import dev.theca.evidence.SnpEndorsement;
import dev.theca.evidence.SnpKey;
import dev.theca.evidence.VerifiedCollateral;
import dev.theca.evidence.Verifier;
import dev.theca.wire.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Verified collateral, kept while it is valid: what a long-running verifier asks. A key names TEE,
 * model, authority and edition, or product, chip, TCB and key kind; an entry lives at most until
 * the earliest end of validity of any of its parts, and at most {@code maxAge}. A platform's
 * collateral is never replaced by older one, unless that is allowed. What is being fetched is
 * fetched once, and judged by the time at which it is there: a revocation list may have been made
 * while it was asked for.
 */
public final class CachingSource {
  private static final int MAX_ENTRIES = 4096;

  private final Verifier verifier;
  private final CollateralSource source;
  private final Duration maxAge;
  private final boolean allowRollback;
  private final Admission admission;

  private record Key(Object... parts) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && Arrays.deepEquals(key.parts, parts);
    }

    @Override
    public int hashCode() {
      return Arrays.deepHashCode(parts);
    }
  }

  /**
   * A stripe of locks: two keys may wait for each other, one key is never fetched twice at once.
   */
  private final Object[] locks = new Object[64];

  private record Kept(VerifiedCollateral collateral, Instant fetched) {}

  private final Map<Key, Kept> entries =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Kept> eldest) {
          return size() > MAX_ENTRIES;
        }
      };

  /** Decides over verified collateral of a platform model before it is kept. */
  @FunctionalInterface
  public interface Admission {
    Outcome<VerifiedCollateral> admit(
        PlatformModel model, Channel channel, VerifiedCollateral collateral);
  }

  public CachingSource(
      Verifier verifier, CollateralSource source, Duration maxAge, boolean allowRollback) {
    this(verifier, source, maxAge, allowRollback, (model, channel, made) -> Outcome.granted(made));
  }

  /** One that asks before it keeps; what is not admitted is fetched again for the next asker. */
  public CachingSource(
      Verifier verifier,
      CollateralSource source,
      Duration maxAge,
      boolean allowRollback,
      Admission admission) {
    this.admission = admission;
    this.verifier = verifier;
    this.source = source;
    this.maxAge = maxAge;
    this.allowRollback = allowRollback;
    Arrays.setAll(locks, i -> new Object());
  }

  public Outcome<VerifiedCollateral> intel(PlatformModel model, Channel channel, Instant now) {
    return of(
        new Key("intel", model.type(), model.fmspc(), model.ca(), channel),
        now,
        at ->
            source
                .intel(model, channel)
                .then((IntelCollateral c) -> verifier.prepare(c, at.instant()))
                .then(made -> admission.admit(model, channel, made)));
  }

  public Outcome<VerifiedCollateral> snp(SnpKey key, Instant now) {
    return of(
        new Key("snp", key.product(), key.chipId(), key.tcb(), key.kind()),
        now,
        at -> source.snp(key).then((SnpEndorsement e) -> verifier.prepare(e, at.instant())));
  }

  /** Fetches, then verifies as of the instant that it is by then. */
  private interface Making {
    Outcome<VerifiedCollateral> make(InstantSource at);
  }

  private Outcome<VerifiedCollateral> of(Key key, Instant now, Making making) {
    long begun = System.nanoTime();
    InstantSource at = () -> now.plusNanos(System.nanoTime() - begun);
    synchronized (locks[Math.floorMod(key.hashCode(), locks.length)]) {
      return locked(key, now, at, making);
    }
  }

  private Optional<Kept> kept(Key key) {
    synchronized (entries) {
      return Optional.ofNullable(entries.get(key));
    }
  }

  private Outcome<VerifiedCollateral> locked(
      Key key, Instant now, InstantSource at, Making making) {
    var kept = kept(key);
    if (kept.filter(entry -> fresh(entry, now)).isPresent())
      return Outcome.granted(kept.get().collateral());
    return making
        .make(at)
        .then(
            made -> {
              if (kept.isPresent() && !allowRollback) {
                var before = kept.get().collateral().edition();
                if (made.edition().isBefore(before))
                  return Outcome.refused(
                      EvidenceCode.COLLATERAL_ROLLBACK,
                      "edition of the collateral",
                      "not before " + before,
                      made.edition() + "",
                      "keep the newer collateral, or allow the older one explicitly");
              }
              synchronized (entries) {
                entries.put(key, new Kept(made, now));
              }
              return Outcome.granted(made);
            });
  }

  private boolean fresh(Kept entry, Instant now) {
    return now.isBefore(entry.collateral().validUntil())
        && now.isBefore(entry.fetched().plus(maxAge))
        && !now.isBefore(entry.fetched());
  }
}
