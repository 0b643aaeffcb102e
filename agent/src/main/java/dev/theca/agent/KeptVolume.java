package dev.theca.agent;

import dev.theca.sealfs.Anchor;
import dev.theca.sealfs.VolumeState;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What this agent knows of one volume that stays: identity, key, the newest state, and which
 * connection holds it. The state only goes forward, and only over that connection (sealfs reference
 * 2, "Anchor traffic" and "Lease").
 */
final class KeptVolume {
  private static final System.Logger LOG = System.getLogger("theca.volume");
  private static final Anchor NOTHING = new Anchor(0, new byte[32]);

  /** How long the broker may be behind while nobody waits for it. */
  private static final long PACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final VolumeRule rule;
  private final DurableVolumes.Surroundings around;
  private final Path file;
  private Optional<VolumeRecord> record = Optional.empty();
  private boolean written;
  private Optional<Anchor> newest = Optional.empty();
  private Optional<Anchor> atBroker = Optional.empty();
  private Optional<VolumeLease> holder = Optional.empty();
  private boolean flushing;
  private long lastPush = System.nanoTime() - PACE_NANOS;

  KeptVolume(VolumeRule rule, DurableVolumes.Surroundings around) {
    this.rule = rule;
    this.around = around;
    this.file = around.folder().resolve(rule.name()).resolve("volume.key");
  }

  /** What a holder mounts: the volume under this identity, in this state. */
  record Lent(VolumeRecord record, VolumeState state) {}

  /** Gives the volume to one connection. */
  synchronized Outcome<Lent> lend(VolumeLease to, Secret owner) {
    if (holder.isPresent())
      return Outcome.refused(
          Code.of("volume-held"),
          "volume " + rule.name(),
          "one that nobody holds",
          "held by container " + holder.get().container(),
          "end that container first");
    if (!written) {
      var found = found(owner);
      if (found instanceof Outcome.Refused<Boolean> no) return no.as();
    }
    VolumeState state;
    if (newest.isPresent()) state = new VolumeState.Since(newest.get());
    else if (written) state = VolumeState.ANY;
    else {
      record.ifPresent(VolumeRecord::close);
      record = Optional.of(VolumeRecord.fresh(around.random()));
      state = VolumeState.NEW;
    }
    holder = Optional.of(to);
    LOG.log(
        System.Logger.Level.INFO,
        "stage=audit event=volume volume=%s container=%s freshness=%s"
            .formatted(rule.name(), to.container(), freshness(state)));
    return Outcome.granted(new Lent(record.orElseThrow(), state));
  }

  /** What is known of the age of the state that is demanded. */
  private String freshness(VolumeState state) {
    return switch (state) {
      case VolumeState.New() -> "new";
      case VolumeState.Any() -> "none";
      case VolumeState.Since _ ->
          !rule.counter() ? "agent" : around.protectedBroker() ? "counter" : "counter-over-http";
    };
  }

  /** Looks for what an earlier agent has left: on the disk, and at the broker. */
  private Outcome<Boolean> found(Secret owner) {
    boolean there = Files.exists(file);
    if (rule.counter()) {
      var anchor = around.anchors().read(rule.name());
      if (anchor instanceof Outcome.Refused<Optional<Anchor>> no) return no.as();
      atBroker = anchor.orThrow();
      if (!there && atBroker.isPresent())
        return Outcome.refused(
            Code.of("volume-record"),
            "key of volume " + rule.name(),
            "one beside the volume, since the broker knows a state of it",
            "none",
            "bring back the volume's folder, or delete its anchor at the broker to begin with an"
                + " empty one");
    }
    if (!there) return Outcome.granted(false);
    try (var sealKey = around.platform().sealKey()) {
      return VolumeRecord.read(file, rule.name(), sealKey, owner)
          .map(
              read -> {
                record = Optional.of(read);
                written = true;
                newest = atBroker;
                return true;
              });
    }
  }

  /**
   * Remembers a state; the broker too, at once when somebody waits.
   *
   * @return the newest that is remembered where the policy wants it
   */
  synchronized Outcome<Anchor> keep(VolumeLease from, Anchor state, boolean awaited) {
    if (holder.isEmpty() || holder.get() != from)
      return refused("the connection that holds it", "another");
    if (newest.isPresent() && state.sequence() < newest.get().sequence())
      return refused("a sequence of at least " + newest.get().sequence(), state.sequence() + "");
    if (newest.isPresent()
        && state.sequence() == newest.get().sequence()
        && !state.equals(newest.get())) return refused("one state of that sequence", "two");
    if (!written) {
      try (var sealKey = around.platform().sealKey()) {
        record
            .orElseThrow()
            .write(file, rule.name(), sealKey, from.ownersSecret(), around.random());
      }
      written = true;
    }
    newest = Optional.of(state);
    if (!rule.counter() || state.sequence() == 0) return Outcome.granted(state);
    long wait = lastPush + PACE_NANOS - System.nanoTime();
    if (awaited || wait <= 0) return push();
    if (!flushing) {
      flushing = true;
      var unused = Thread.ofVirtual().name("anchor-flush").start(() -> flush(wait));
    }
    return Outcome.granted(atBroker.orElse(NOTHING));
  }

  private Outcome<Anchor> push() {
    Anchor next = newest.orElseThrow();
    if (next.sequence() == 0 || atBroker.isPresent() && atBroker.get().equals(next))
      return Outcome.granted(next);
    lastPush = System.nanoTime();
    return around
        .anchors()
        .advance(rule.name(), atBroker, next)
        .map(
            kept -> {
              atBroker = Optional.of(kept);
              return kept;
            });
  }

  private void flush(long waitNanos) {
    try {
      TimeUnit.NANOSECONDS.sleep(waitNanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (this) {
      flushing = false;
      pushQuietly();
    }
  }

  /** What is refused or fails here comes up again when somebody waits. */
  private void pushQuietly() {
    try {
      if (newest.isPresent() && push() instanceof Outcome.Refused<Anchor>(var reasons))
        LOG.log(
            System.Logger.Level.ERROR,
            "stage=audit event=anchor volume=%s outcome=refused reason=\"%s\""
                .formatted(rule.name(), reasons.getFirst()));
    } catch (RuntimeException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "stage=anchor volume=" + rule.name() + " outcome=fault reason=\"" + e.getMessage() + '"');
    }
  }

  /** The connection is gone: what it told last counts, and the next may have the volume. */
  synchronized void free(VolumeLease from) {
    if (holder.isEmpty() || holder.get() != from) return;
    if (rule.counter()) pushQuietly();
    holder = Optional.empty();
    LOG.log(
        System.Logger.Level.INFO,
        "stage=volume volume=%s container=%s outcome=freed"
            .formatted(rule.name(), from.container()));
  }

  private Outcome<Anchor> refused(String expected, String found) {
    return Outcome.refused(
        Code.of("volume-anchor"),
        "state of volume " + rule.name(),
        expected,
        found,
        "start the container again");
  }
}
