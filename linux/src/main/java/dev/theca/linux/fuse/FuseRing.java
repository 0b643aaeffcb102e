package dev.theca.linux.fuse;

import dev.theca.linux.Cpus;
import dev.theca.linux.Fd;
import dev.theca.linux.IoUring;
import dev.theca.linux.LinuxException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * FUSE over io_uring (Documentation/filesystems/fuse-io-uring.rst). The kernel routes a request to
 * the queue of the processor that its caller runs on, and holds all of them back until each
 * <em>possible</em> processor's queue has an entry: processors that this process may not use are
 * served by one thread together. When one queue cannot be set up, a registration that must fail
 * sends the kernel back to the device.
 *
 * <p>Opened, started and closed by the thread that reads the device.
 */
final class FuseRing implements AutoCloseable {
  private static final long BUDGET = 64L << 20;
  private static final int MAX_DEPTH = 8; // 16 gave nothing
  private static final int MIN_WRITE = 256 << 10;
  static final int NO_QUEUE = 0xFFFF;

  /** Which queues, how many entries in each, and the bytes of the largest write. */
  record Plan(List<Integer> queues, int depth, int maxWrite) {
    /** Keeps the payload buffers of all queues within 64 MiB as long as that is possible. */
    static Plan of(int queues, int maxWrite) {
      int write = maxWrite;
      while ((long) queues * write > BUDGET && write / 2 >= MIN_WRITE) write /= 2;
      int depth = Math.clamp(BUDGET / ((long) queues * write), 1, MAX_DEPTH);
      return new Plan(IntStream.range(0, queues).boxed().toList(), depth, write);
    }

    /** For this machine; empty when it does not say how many processors it may have. */
    static Optional<Plan> here(int maxWrite) {
      var possible = Cpus.possible();
      return possible.isEmpty() ? Optional.empty() : Optional.of(of(possible.getAsInt(), maxWrite));
    }
  }

  private final Fd device;
  private final Plan plan;
  private @Nullable IoUring escape;

  FuseRing(Fd device, Plan plan) {
    this.device = device;
    this.plan = plan;
  }

  /** Whether this process may have rings at all; to be asked before INIT is answered. */
  boolean probe() {
    try {
      escape = IoUring.open(1);
      return true;
    } catch (LinuxException e) {
      FuseLog.LOG.log(
          System.Logger.Level.INFO, "stage=mount transport=device reason=" + e.getMessage());
      return false;
    }
  }

  /** Starts the queues; false when the kernel was sent back to the device. */
  boolean start(FuseLoops loops, FuseDispatch dispatch) {
    List<FuseQueue> queues = queues(dispatch);
    var registered = new CountDownLatch(queues.size());
    var failed = new AtomicBoolean();
    var verdict = new CompletableFuture<Boolean>();
    try {
      for (FuseQueue queue : queues) {
        loops.start(
            () ->
                queue.run(
                    ok -> {
                      if (!ok) failed.set(true);
                      registered.countDown();
                      return verdict.join();
                    }));
      }
      registered.await(); // all of them: a late one could still make the kernel use the ring
    } catch (InterruptedException | RuntimeException | OutOfMemoryError e) {
      FuseLog.LOG.log(System.Logger.Level.WARNING, "stage=mount transport=device", e);
      failed.set(true);
    }
    if (failed.get()) leave();
    verdict.complete(!failed.get());
    return !failed.get();
  }

  private List<FuseQueue> queues(FuseDispatch dispatch) {
    BitSet ours = Cpus.allowed();
    var queues = new ArrayList<FuseQueue>();
    var others = new ArrayList<Integer>();
    for (int cpu : plan.queues()) {
      if (!ours.get(cpu)) {
        others.add(cpu);
        continue;
      }
      queues.add(FuseQueue.of(device, dispatch, cpu, plan));
    }
    if (!others.isEmpty()) queues.add(FuseQueue.ofOthers(device, dispatch, others, plan));
    return queues;
  }

  /** Registers for a queue that cannot be: the kernel then gives the ring up for this mount. */
  private void leave() {
    IoUring ring = escape;
    if (ring == null) throw new IllegalStateException("not probed");
    ByteBuffer command = ring.command(device, FuseQueue.REGISTER, 0);
    command.putShort(FuseQueue.QUEUE, (short) NO_QUEUE);
    ring.enter(1);
    if (ring.next() && ring.result() < 0) return;
    throw new IllegalStateException("the kernel took a registration for no queue");
  }

  @Override
  public void close() {
    if (escape != null) escape.close();
    escape = null;
  }
}
