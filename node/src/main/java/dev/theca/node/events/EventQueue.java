package dev.theca.node.events;

import dev.theca.wire.meter.Meter;
import dev.theca.wire.rpc.RpcStatus;
import dev.theca.wire.ttrpc.TtrpcClient;
import dev.theca.wire.ttrpc.TtrpcException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Events on their way to one containerd, sent one after the other by one thread. The first in the
 * queue is tried until it arrives; only an event that is refused in words, or that nobody waits for
 * any more, is given up.
 */
final class EventQueue {
  /** One event, encoded as ForwardRequest. */
  record Item(String namespace, Topic topic, byte[] request) {}

  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int BOUND = 2048;
  private static final int REFUSALS = 5;
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 5_000;
  private static final long LINGER_MILLIS = 3_000;

  /** How long events wait whose tasks are all gone. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final String address;
  private final Meter meter;
  private final Predicate<EventQueue> forget;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition change = lock.newCondition();
  private final ArrayDeque<Item> items = new ArrayDeque<>();
  private Optional<TtrpcClient> client = Optional.empty();
  private boolean ended;

  /** Tasks with this address; guarded by {@link Events}. */
  volatile int users;

  EventQueue(String address, Meter meter, Predicate<EventQueue> forget) {
    this.address = address;
    this.meter = meter;
    this.forget = forget;
    Thread.ofVirtual().name("events").start(this::run);
  }

  String address() {
    return address;
  }

  void put(Item item) {
    lock.lock();
    try {
      if (items.size() >= BOUND && !item.topic().precious) {
        lost(item, "the queue is full");
        return;
      }
      items.add(item);
      change.signal();
    } finally {
      lock.unlock();
    }
  }

  boolean isEmpty() {
    lock.lock();
    try {
      return items.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Looks again whether there is still somebody. */
  void wake() {
    lock.lock();
    try {
      change.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Ends it; what was not told. */
  List<Item> leave() {
    lock.lock();
    try {
      ended = true;
      change.signal();
      return List.copyOf(items);
    } finally {
      lock.unlock();
    }
  }

  void end() {
    lock.lock();
    try {
      ended = true;
      change.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      for (Optional<Item> next = next(); next.isPresent(); next = next()) {
        if (!send(next.get())) lost(next.get(), "nobody took it");
        done();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      disconnect();
    }
  }

  /** The oldest event, which stays in the queue; empty when this queue has ended. */
  private Optional<Item> next() throws InterruptedException {
    while (true) {
      lock.lock();
      try {
        boolean changed = true;
        while (items.isEmpty() && !ended && changed) {
          if (users > 0) change.await();
          else changed = change.await(LINGER_MILLIS, TimeUnit.MILLISECONDS);
        }
        if (!items.isEmpty() && !ended) return Optional.of(items.element());
      } finally {
        lock.unlock();
      }
      if (forget.test(this)) return Optional.empty();
    }
  }

  private void done() {
    lock.lock();
    try {
      items.poll();
    } finally {
      lock.unlock();
    }
  }

  /** False when it is given up. */
  private boolean send(Item item) throws InterruptedException {
    long start = System.nanoTime();
    int refusals = 0;
    for (int attempt = 0; ; attempt++) {
      try {
        forward(item);
        return true;
      } catch (TtrpcException e) {
        boolean unheard =
            e.status() == RpcStatus.UNAVAILABLE || e.status() == RpcStatus.DEADLINE_EXCEEDED;
        if (unheard) disconnect();
        else if (++refusals == REFUSALS) return false;
      } catch (RuntimeException e) {
        disconnect();
      }
      boolean alone = users == 0 && System.nanoTime() - start > PATIENCE.toNanos();
      if (alone || !pause(attempt)) return false;
    }
  }

  private void forward(Item item) {
    if (client.isEmpty() || client.get().ended()) {
      disconnect();
      client = Optional.of(TtrpcClient.connect(Path.of(address)));
    }
    byte[] unused =
        client
            .get()
            .call(
                "containerd.services.events.ttrpc.v1.Events",
                "Forward",
                item.request(),
                LIMIT,
                Map.of("containerd-namespace-ttrpc", item.namespace()));
  }

  /** Waits longer each time, the first time not at all; false when the daemon ends. */
  private boolean pause(int attempt) throws InterruptedException {
    if (attempt == 0) return true;
    long millis = Math.min(FIRST_PAUSE_MILLIS << Math.min(attempt - 1, 10), LONGEST_PAUSE_MILLIS);
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    lock.lock();
    try {
      while (!ended) {
        long left = until - System.nanoTime();
        if (left <= 0) return true;
        long unused = change.awaitNanos(left);
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void disconnect() {
    client.ifPresent(TtrpcClient::close);
    client = Optional.empty();
  }

  private void lost(Item item, String why) {
    meter.count(Events.LOST);
    LOG.log(
        System.Logger.Level.WARNING,
        "stage=events outcome=lost topic=" + item.topic().path + " reason=\"" + why + "\"");
  }
}
