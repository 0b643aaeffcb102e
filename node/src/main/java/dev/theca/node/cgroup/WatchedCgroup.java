package dev.theca.node.cgroup;

import dev.theca.linux.EventFd;
import java.util.Optional;
import java.util.function.Consumer;

/** One group under watch: what was told of it, and how it signals. */
final class WatchedCgroup implements OomWatch.Handle {
  private static final System.Logger LOG = System.getLogger("theca.node");

  private final Cgroup group;
  private final Runnable oom;
  private final long token;
  private final Consumer<WatchedCgroup> forget;
  private Optional<EventFd> events = Optional.empty();
  private long told;
  private boolean killed;
  private boolean closed;

  WatchedCgroup(Cgroup group, Runnable oom, long token, Consumer<WatchedCgroup> forget) {
    this.group = group;
    this.oom = oom;
    this.token = token;
    this.forget = forget;
    this.told = group.oomKills().orElse(0);
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
    told = count;
    killed = true;
    try {
      oom.run();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "stage=oom outcome=fault reason=\"" + e + "\"", e);
    }
    return true;
  }

  @Override
  public synchronized boolean killed() {
    boolean unused = look();
    return killed;
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) return;
      closed = true;
    }
    forget.accept(this);
    events().ifPresent(EventFd::close);
  }
}
