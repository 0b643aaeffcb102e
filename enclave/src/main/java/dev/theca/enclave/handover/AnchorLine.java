package dev.theca.enclave.handover;

import dev.theca.sealfs.Anchor;
import dev.theca.sealfs.AnchorKeeper;
import dev.theca.sealfs.SealfsException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The states of volumes on their way to the agent, at most twenty times a second, unless somebody
 * waits; and its acknowledgements back. Once the connection is lost nothing is acknowledged any
 * more, for good (sealfs reference 2, "Anchor traffic").
 */
final class AnchorLine implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("theca.handover");
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Wire wire;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<UUID, VolumeCodec.Report> waiting = new HashMap<>();
  private final Map<UUID, Anchor> told = new HashMap<>();
  private final Map<UUID, Long> kept = new HashMap<>();
  private final List<Runnable> losses = new ArrayList<>();
  private boolean lost;
  private boolean closing;

  private AnchorLine(Wire wire) {
    this.wire = wire;
  }

  /** The wire's reading side belongs to it from now on. */
  static AnchorLine begin(Wire wire) {
    var line = new AnchorLine(wire);
    Thread.ofPlatform().daemon().name("anchor-send").start(line::send);
    Thread.ofPlatform().daemon().name("anchor-receive").start(line::receive);
    return line;
  }

  AnchorKeeper keeper(UUID volume) {
    return new AnchorKeeper() {
      @Override
      public void report(Anchor state) {
        put(new VolumeCodec.Report(volume, state, false));
      }

      @Override
      public void await(Anchor state) {
        AnchorLine.this.await(new VolumeCodec.Report(volume, state, true));
      }
    };
  }

  /** The newest state takes the place of older ones; who waits for one of them gets this one. */
  private void put(VolumeCodec.Report report) {
    lock.lock();
    try {
      var newest =
          told.merge(
              report.volume(),
              report.anchor(),
              (before, now) -> now.sequence() >= before.sequence() ? now : before);
      var before = waiting.get(report.volume());
      boolean awaited = report.awaited() || before != null && before.awaited();
      waiting.put(report.volume(), new VolumeCodec.Report(report.volume(), newest, awaited));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void await(VolumeCodec.Report report) {
    lock.lock();
    try {
      if (isKept(report)) return;
      put(report);
      long left = PATIENCE_NANOS;
      while (!lost && !isKept(report)) {
        if (left <= 0) throw gone("the agent did not acknowledge a volume's state");
        left = changed.awaitNanos(left);
      }
      if (!isKept(report)) throw gone("the agent that remembers a volume's state is gone");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw gone("interrupted while the agent was to acknowledge a volume's state");
    } finally {
      lock.unlock();
    }
  }

  private boolean isKept(VolumeCodec.Report report) {
    return kept.getOrDefault(report.volume(), -1L) >= report.anchor().sequence();
  }

  private static SealfsException gone(String why) {
    return new SealfsException(why, new IOException("no acknowledgement"));
  }

  private void send() {
    long last = System.nanoTime() - PACE_NANOS;
    try {
      while (true) {
        List<VolumeCodec.Report> due = due(last);
        if (due.isEmpty()) return;
        last = System.nanoTime();
        for (var report : due)
          wire.sendRecord(
              Wire.ANCHOR, VolumeCodec.anchor(report.volume(), report.anchor(), report.awaited()));
      }
    } catch (IOException | GeneralSecurityException e) {
      lose(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is to be sent now; empty at the end. */
  private List<VolumeCodec.Report> due(long last) throws InterruptedException {
    lock.lock();
    try {
      while (!closing && !lost) {
        long rest = last + PACE_NANOS - System.nanoTime();
        boolean now = waiting.values().stream().anyMatch(VolumeCodec.Report::awaited);
        if (!waiting.isEmpty() && (now || rest <= 0)) {
          var due = List.copyOf(waiting.values());
          waiting.clear();
          return due;
        }
        if (waiting.isEmpty()) changed.await();
        else rest = changed.awaitNanos(rest);
      }
      return List.of();
    } finally {
      lock.unlock();
    }
  }

  private void receive() {
    try {
      while (true) {
        var record = wire.receiveRecord();
        if (record.type() == Wire.ANCHOR_ACK) {
          acknowledged(HandoverServer.report(record.plain()));
        } else if (record.type() == Wire.CLOSE) {
          throw new IOException("the agent has ended");
        } else if (record.type() != Wire.HEARTBEAT) {
          throw Wire.malformed("a record of the agent", "type " + record.type());
        }
      }
    } catch (IOException | HandoverFailed e) {
      lose(e);
    }
  }

  private void acknowledged(VolumeCodec.Report report) {
    lock.lock();
    try {
      kept.merge(report.volume(), report.anchor().sequence(), Math::max);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void lose(Exception why) {
    List<Runnable> tell;
    lock.lock();
    try {
      if (lost) return;
      lost = true;
      changed.signalAll();
      if (closing) return;
      tell = List.copyOf(losses);
    } finally {
      lock.unlock();
    }
    LOG.log(System.Logger.Level.ERROR, "stage=handover outcome=lost reason=\"" + why + "\"");
    tell.forEach(Runnable::run);
  }

  void whenLost(Runnable then) {
    lock.lock();
    try {
      losses.add(then);
      if (!lost) return;
    } finally {
      lock.unlock();
    }
    then.run();
  }

  /** Says so to the agent, so that it does not take it for a loss. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
      if (lost) return;
    } finally {
      lock.unlock();
    }
    try {
      wire.sendRecord(Wire.CLOSE, new byte[0]);
    } catch (IOException | GeneralSecurityException e) {
      LOG.log(System.Logger.Level.DEBUG, "closing a hand-over", e);
    }
  }
}
