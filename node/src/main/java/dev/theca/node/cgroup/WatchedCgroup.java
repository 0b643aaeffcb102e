package dev.theca.node.cgroup;

import dev.theca.linux.EventFd;
import java.nio.file.Path;
import java.util.Optional;

/** One group under watch: what was told of it, and how it signals. */
final class WatchedCgroup implements OomWatch.Handle {
  private static final System.Logger LOG = System.getLogger("theca.node");

  private final Cgroup group;
  private final Runnable oom;
  private final long token;
  private final OomWatch watch;
  private final KillLedger ledger;
  private final long untoldBefore;
  private Optional<EventFd> events = Optional.empty();
  private long told;
  private boolean killed;
  private boolean closed;

  WatchedCgroup(Cgroup group, Runnable oom, long token, OomWatch watch) {
    this.watch = watch;
    this.ledger = watch.ledger();
    this.group = group;
    this.oom = oom;
    this.token = token;
    this.told = group.oomKills().orElse(0);
    group.above().ifPresent(ledger::open);
    this.untoldBefore = untold();
  }

  /** Kills below the group above that nobody was told of. */
  private long untold() {
    return group.oomKillsAbove().orElse(0) - group.above().map(ledger::told).orElse(0L);
  }

  long token() {
    return token;
  }

  /** Version 1 signals by a descriptor of each group's own. */
  synchronized void signalledBy(EventFd descriptor) {
    events = Optional.of(descriptor);
  }

  synchronized Optional<EventFd> events() {
    return events;
  }

  /** Takes a signal; false when there is nothing more to look for. */
  synchronized boolean takeSignal() {
    if (closed || events.isEmpty()) return false;
    return events.get().take() > 0 && group.exists();
  }

  /** Looks at the count and tells when it rose; whether it did, or nobody wants to know. */
  synchronized boolean look() {
    if (closed) return true;
    long count = group.oomKills().orElse(told);
    if (Long.compareUnsigned(count, told) <= 0) return false;
    long more = count - told;
    told = count;
    tell(more);
    return true;
  }

  Optional<Path> above() {
    return group.above();
  }

  private void tell(long more) {
    killed = true;
    group.above().ifPresent(above -> ledger.tell(above, more));
    try {
      oom.run();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "stage=oom outcome=fault reason=\"" + e + "\"", e);
    }
  }

  @Override
  public synchronized boolean killed() {
    boolean unused = look();
    return killed;
  }

  @Override
  public boolean killedWithInit() {
    if (!killed() && isUnreadable()) {
      watch.lookBeside(this);
      claim();
    }
    return killed();
  }

  private boolean isUnreadable() {
    return group.oomKills().isEmpty();
  }

  /** The count went with the group: what the one above has more than was told is ours. */
  private synchronized void claim() {
    long more = untold() - untoldBefore;
    if (!closed && more > 0) tell(more);
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) return;
      closed = true;
    }
    group.above().ifPresent(ledger::close);
    watch.forget(this);
    events().ifPresent(EventFd::close);
  }
}
