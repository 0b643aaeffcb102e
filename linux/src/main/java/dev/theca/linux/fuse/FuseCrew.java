package dev.theca.linux.fuse;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Which threads of a mount ask {@code /dev/fuse} for requests: all of them, or, while one caller
 * converses, a single one that the others rest behind. The kernel wakes a thread that waits in
 * read(2) for each request, even when another asks already.
 *
 * <p>One is alone after some requests that came one by one. It is so no more when requests pile up
 * behind it, when it serves one that may take long, or when one does: a rested thread looks every
 * millisecond while there is work. Nobody rests when the mount ends or a thread breaks.
 */
final class FuseCrew {
  private static final int QUIET = 64;
  private static final int MOST_QUIET = 4096;

  /** Requests after which being alone was worth it. */
  private static final int LASTING = 1024;

  private static final long LOOK_NANOS = 1_000_000;
  private static final int IDLE_LOOKS = 20;

  /** The place of one thread. */
  static final class Seat {
    private final Thread thread = Thread.currentThread();

    /** Odd while it serves a request. Written by its thread only. */
    private volatile long turn;

    private long aloneSince;
  }

  private final AtomicReference<@Nullable Seat> alone = new AtomicReference<>();
  private final AtomicReference<@Nullable Seat> watch = new AtomicReference<>();
  private final Queue<Seat> seats = new ConcurrentLinkedQueue<>();
  private final AtomicInteger serving = new AtomicInteger();
  private volatile boolean watchSleeps;
  private volatile boolean ended;
  private volatile int quiet;
  private volatile int quietNeeded = QUIET;

  Seat enter() {
    var seat = new Seat();
    seats.add(seat);
    return seat;
  }

  /** Its thread ends, and whoever rests has to see why. */
  void leave(Seat seat) {
    ended = true;
    seats.remove(seat);
    everybody();
  }

  boolean isAlone(Seat seat) {
    return alone.get() == seat;
  }

  /** All threads ask from now on. */
  void everybody() {
    quiet = 0;
    alone.set(null);
    for (Seat seat : seats) LockSupport.unpark(seat.thread);
  }

  /**
   * Requests pile up behind the one that is alone; when that is soon, it waits longer next time.
   */
  void piledUp(Seat seat) {
    boolean lasted = seat.turn - seat.aloneSince >= 2 * LASTING;
    quietNeeded = lasted ? QUIET : Math.min(MOST_QUIET, 2 * quietNeeded);
    everybody();
  }

  /** A request is taken. */
  void begin(Seat seat) {
    if (serving.incrementAndGet() > 1) quiet = 0;
    seat.turn = seat.turn + 1;
    if (watchSleeps) wakeWatch();
  }

  private void wakeWatch() {
    Seat sleeper = watch.get();
    if (sleeper != null) LockSupport.unpark(sleeper.thread);
  }

  /** A request is served; {@code mayBeAlone} if this thread can do without the others. */
  void end(Seat seat, boolean mayBeAlone) {
    seat.turn = seat.turn + 1;
    if (serving.decrementAndGet() > 0) {
      quiet = 0;
    } else if (alone.get() == null && !ended) {
      int calm = quiet + 1; // a lost count does no harm
      quiet = calm;
      if (calm >= quietNeeded && mayBeAlone) {
        seat.aloneSince = seat.turn;
        boolean unused = alone.compareAndSet(null, seat);
        if (ended) everybody();
      }
    }
  }

  /** Returns when this thread may ask: at once, unless another is alone. */
  void rest(Seat seat) {
    while (true) {
      Seat leader = alone.get();
      if (leader == null || leader == seat || ended) return;
      if (watch.compareAndSet(null, seat)) {
        watch(leader);
        watch.set(null);
      } else {
        LockSupport.park(this);
      }
    }
  }

  /** Looks after the one that is alone until it is so no more. */
  private void watch(Seat leader) {
    int idle = 0;
    long seen = leader.turn;
    while (alone.get() == leader && !ended) {
      if (idle >= IDLE_LOOKS) {
        watchSleeps = true;
        if (leader.turn == seen && alone.get() == leader && !ended) LockSupport.park(this);
        watchSleeps = false;
        idle = 0;
      } else {
        LockSupport.parkNanos(this, LOOK_NANOS);
      }
      long now = leader.turn;
      if (now != seen) idle = 0;
      else if ((now & 1) == 0) idle++;
      else everybody(); // it serves the same request as a millisecond ago
      seen = now;
    }
  }
}
