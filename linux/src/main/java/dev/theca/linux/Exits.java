package dev.theca.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The ends of processes: one thread waits for all of them. Nothing is collected that nobody asked
 * for, so a process that ends before it is followed keeps its number and its status until it is;
 * only orphans that nobody ever asked for are swept away, after two looks.
 */
public final class Exits {
  private static final int LOOK_MILLIS = 10_000;
  private static final int PATIENCE_MILLIS = 2_000;
  private static final int STEP_MILLIS = 10;

  private record Followed(ChildProcess process, CompletableFuture<ProcessEnd> end) {}

  private static final Exits INSTANCE = new Exits();
  private static final Executor THREADS =
      work -> Thread.ofVirtual().name("process-end").start(work);

  private final Epoll epoll = new Epoll();
  private final Map<Long, Followed> followed = new ConcurrentHashMap<>();
  private final AtomicLong tokens = new AtomicLong();
  private final Set<Long> keep = ConcurrentHashMap.newKeySet();
  private boolean frozen;

  /** Those that ended while all was frozen; guarded by this. */
  private final List<Long> left = new ArrayList<>();

  private Set<Long> seen = Set.of();
  private long looked = System.nanoTime();

  private Exits() {
    Thread.ofPlatform().daemon().name("exits").stackSize(256 << 10).start(this::run);
  }

  /**
   * Follows a process and closes it when it has ended. Dependents of the future run on threads of
   * their own.
   */
  public static CompletableFuture<ProcessEnd> of(ChildProcess process) {
    return INSTANCE.follow(process);
  }

  /**
   * From now on no end is collected, so that whoever comes after {@link Reexec} finds them all; an
   * end that was collected before still arrives.
   */
  public static void freeze() {
    synchronized (INSTANCE) {
      INSTANCE.frozen = true;
    }
  }

  /** Collects again what has ended since {@link #freeze}. */
  public static void goOn() {
    synchronized (INSTANCE) {
      INSTANCE.frozen = false;
      INSTANCE.left.forEach(INSTANCE::ready);
      INSTANCE.left.clear();
    }
  }

  private CompletableFuture<ProcessEnd> follow(ChildProcess process) {
    long token = tokens.incrementAndGet();
    var end = new CompletableFuture<ProcessEnd>();
    keep.add(process.pid());
    followed.put(token, new Followed(process, end));
    epoll.add(process.fd(), Epoll.IN | Epoll.ONCE, token);
    return end;
  }

  private void run() {
    while (true) {
      epoll.await(LOOK_MILLIS, (token, events) -> ready(token));
      if (System.nanoTime() - looked > TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)) {
        sweep();
        looked = System.nanoTime();
      }
    }
  }

  private synchronized void ready(long token) {
    Followed one = followed.get(token);
    if (one == null) return;
    if (frozen) {
      left.add(token);
      return;
    }
    var at = Instant.now();
    int[] status = new int[1];
    switch (one.process().collect(status)) {
      case ENDED -> ended(token, one, new ProcessEnd(status[0], at, true));
      case RUNNING -> epoll.again(one.process().fd(), Epoll.IN | Epoll.ONCE, token);
      case NOT_OURS -> THREADS.execute(() -> ended(token, one, foreign(one.process(), at)));
    }
  }

  /** The end of somebody else's child: the kernel tells it once the parent has collected it. */
  private static ProcessEnd foreign(ChildProcess process, Instant at) {
    try {
      for (int waited = 0; waited < PATIENCE_MILLIS; waited += STEP_MILLIS) {
        OptionalInt status = process.collectedByOthers();
        if (status.isPresent()) return new ProcessEnd(status.getAsInt(), at, true);
        Thread.sleep(STEP_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new ProcessEnd(ProcessEnd.UNKNOWN, at, false);
  }

  private void ended(long token, Followed one, ProcessEnd end) {
    followed.remove(token);
    keep.remove(one.process().pid());
    epoll.remove(one.process().fd());
    one.process().close();
    one.end().completeAsync(() -> end, THREADS);
  }

  /** Collects zombies of ours that were there at the last look too and that nobody follows. */
  private synchronized void sweep() {
    if (frozen) return;
    var now = new HashSet<Long>();
    for (long pid : zombies()) {
      if (keep.contains(pid)) continue;
      if (!seen.contains(pid)) {
        now.add(pid);
        continue;
      }
      try (var orphan = ChildProcess.hold(pid)) {
        var unused = orphan.collect(new int[1]);
      } catch (LinuxException e) {
        continue; // somebody collected it meanwhile
      }
    }
    seen = now;
  }

  private static List<Long> zombies() {
    var found = new ArrayList<Long>();
    try (var tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path task : tasks) {
        Path children = task.resolve("children");
        if (!Files.isReadable(children)) continue;
        for (String pid : Files.readString(children).trim().split(" "))
          if (!pid.isEmpty()
              && ProcessStat.of(Long.parseLong(pid)).filter(ProcessStat::hasEnded).isPresent())
            found.add(Long.parseLong(pid));
      }
    } catch (IOException e) {
      return found; // a thread ended while it was looked at
    }
    return found;
  }
}
