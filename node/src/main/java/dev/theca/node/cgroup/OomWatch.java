package dev.theca.node.cgroup;

import dev.theca.linux.Epoll;
import dev.theca.linux.EventFd;
import dev.theca.linux.Inotify;
import dev.theca.linux.LinuxException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Learns when the kernel kills a process for want of memory; one thread for all groups. Each rise
 * of a group's count is told once. It does not miss a kill, but it does not count them: several at
 * once are one.
 */
public final class OomWatch implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final long STOP = 0;
  private static final long CHANGES = 1;

  /** Version 1 signals before it kills: for how long, and how often, the count is looked at. */
  private static final long SUSPICION_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final int STEP_MILLIS = 10;

  private final Epoll epoll = new Epoll();
  private final EventFd stop = new EventFd();
  private final Inotify inotify = new Inotify();
  private final KillLedger ledger = new KillLedger();
  private final AtomicLong tokens = new AtomicLong(CHANGES);
  private final Map<Long, WatchedCgroup> watched = new ConcurrentHashMap<>();

  /** By number of inotify: containers may share a group. Guarded by itself. */
  private final Map<Integer, Set<WatchedCgroup>> numbers = new HashMap<>();

  /**
   * Groups that signalled and whose count has not risen yet, with when to give up; the thread's.
   */
  private final Map<WatchedCgroup, Long> suspects = new HashMap<>();

  private final Thread thread;
  private volatile boolean stopped;

  public OomWatch() {
    epoll.add(stop.fd(), Epoll.IN, STOP);
    epoll.add(inotify.fd(), Epoll.IN, CHANGES);
    thread = Thread.ofPlatform().daemon().name("oom-watch").stackSize(256 << 10).start(this::run);
  }

  /** A watch of one group. */
  public interface Handle extends AutoCloseable {
    /**
     * Looks once more: when this returns, every kill so far was told. True when there ever was one
     * since the watch began. Works when the processes are gone, as long as the group is there.
     */
    boolean killed();

    /**
     * The same when init was killed by SIGKILL, for a group that may be gone already: systemd
     * removes one with its last process.
     */
    boolean killedWithInit();

    /** Ends the watch; nothing is told after it. */
    @Override
    void close();
  }

  /**
   * Watches a group from now on. {@code oom} runs on the thread that found out, one call at a time,
   * and must be quick. A group that cannot be watched (no memory controller, or just gone) is
   * looked at only when {@link Handle#killed} asks.
   */
  public Handle watch(Cgroup group, Runnable oom) {
    var one = new WatchedCgroup(group, oom, tokens.incrementAndGet(), this);
    try {
      var v1 = group.memory();
      if (v1.isPresent()) {
        var events = EventFd.ofCgroup(v1.get(), "memory.oom_control");
        one.signalledBy(events);
        watched.put(one.token(), one);
        epoll.add(events.fd(), Epoll.IN, one.token());
      } else if (group.unified().isPresent()) {
        var folder = group.unified().get();
        synchronized (numbers) {
          for (String file : new String[] {"memory.events", "cgroup.events"}) {
            int number = inotify.watch(folder.resolve(file), Inotify.MODIFY);
            numbers.computeIfAbsent(number, n -> ConcurrentHashMap.newKeySet()).add(one);
          }
        }
      }
    } catch (LinuxException e) {
      LOG.log(System.Logger.Level.DEBUG, "stage=oom-watch outcome=fault reason=\"" + e + "\"");
    }
    one.look(); // a kill between the first count and the watch
    return one;
  }

  KillLedger ledger() {
    return ledger;
  }

  /** Looks at the others below the same group, so that their kills are told as theirs. */
  void lookBeside(WatchedCgroup one) {
    Set<WatchedCgroup> others = ConcurrentHashMap.newKeySet();
    synchronized (numbers) {
      numbers.values().forEach(others::addAll);
    }
    for (var other : others)
      if (other != one && other.above().equals(one.above())) {
        boolean unused = other.look();
      }
  }

  void forget(WatchedCgroup one) {
    watched.remove(one.token());
    one.events().ifPresent(events -> epoll.remove(events.fd()));
    synchronized (numbers) {
      var empty = numbers.entrySet().iterator();
      while (empty.hasNext()) {
        var entry = empty.next();
        if (!entry.getValue().remove(one) || !entry.getValue().isEmpty()) continue;
        inotify.forget(entry.getKey());
        empty.remove();
      }
    }
  }

  private void run() {
    while (!stopped) {
      epoll.await(suspects.isEmpty() ? -1 : STEP_MILLIS, (token, events) -> ready(token));
      long now = System.nanoTime();
      suspects.entrySet().removeIf(one -> one.getKey().look() || now - one.getValue() > 0);
    }
  }

  private void ready(long token) {
    if (token == STOP) return;
    if (token == CHANGES) {
      inotify.take(this::changed);
      return;
    }
    var one = watched.get(token);
    if (one == null) return;
    if (!one.takeSignal()) return;
    if (!one.look()) suspects.put(one, System.nanoTime() + SUSPICION_NANOS);
  }

  private void changed(int number, int events) {
    if ((events & Inotify.OVERFLOW) != 0) {
      Set<WatchedCgroup> all = ConcurrentHashMap.newKeySet();
      synchronized (numbers) {
        numbers.values().forEach(all::addAll);
      }
      all.forEach(WatchedCgroup::look);
      return;
    }
    Set<WatchedCgroup> affected;
    synchronized (numbers) {
      affected = Set.copyOf(numbers.getOrDefault(number, Set.of()));
      if ((events & Inotify.IGNORED) != 0) numbers.remove(number);
    }
    affected.forEach(WatchedCgroup::look);
  }

  /** How many descriptors and files are watched. */
  int size() {
    synchronized (numbers) {
      return watched.size() + numbers.size();
    }
  }

  /** Ends the thread; watches that are left are closed by their owners. */
  @Override
  public void close() {
    stopped = true;
    stop.signal();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return; // its descriptors stay open with it
    }
    epoll.close();
    inotify.close();
    stop.close();
  }
}
