package dev.theca.linux.fuse;

import dev.theca.linux.Cpus;
import dev.theca.linux.Errno;
import dev.theca.linux.Fd;
import dev.theca.linux.IoUring;
import dev.theca.linux.LinuxException;
import dev.theca.linux.PageMemory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * One thread with one ring, which carries the entries of one kernel queue or of several: {@code
 * struct fuse_uring_cmd_req} in include/uapi/linux/fuse.h.
 */
final class FuseQueue {
  static final int REGISTER = 1;
  static final int QUEUE = 16; // offsets in the command: flags, commit id, queue
  private static final int COMMIT_ID = 8;
  private static final int COMMIT_AND_FETCH = 2;
  private static final int HEADER = 4096;

  private final Fd device;
  private final FuseDispatch dispatch;
  private final List<Integer> queues;
  private final int depth;
  private final int payload;
  private final boolean pinned;
  private final FuseRequest[] requests;

  private FuseQueue(
      Fd device,
      FuseDispatch dispatch,
      List<Integer> queues,
      int depth,
      int maxWrite,
      boolean pinned) {
    this.device = device;
    this.dispatch = dispatch;
    this.queues = List.copyOf(queues);
    this.depth = depth;
    this.payload = Math.max(maxWrite, 2 * 4096);
    this.pinned = pinned;
    this.requests = new FuseRequest[this.queues.size() * depth];
  }

  /** For one processor, which the thread is then bound to. */
  static FuseQueue of(Fd device, FuseDispatch dispatch, int cpu, FuseRing.Plan plan) {
    return new FuseQueue(device, dispatch, List.of(cpu), plan.depth(), plan.maxWrite(), true);
  }

  /** For all processors that this process may not use: one entry each. */
  static FuseQueue ofOthers(
      Fd device, FuseDispatch dispatch, List<Integer> cpus, FuseRing.Plan plan) {
    return new FuseQueue(device, dispatch, cpus, 1, plan.maxWrite(), false);
  }

  /**
   * Registers, tells {@code registered} whether that went well, and serves until the end of the
   * mount if the answer is yes.
   */
  void run(Predicate<Boolean> registered) {
    boolean told = false;
    try (var memory = PageMemory.allocate((long) requests.length * (2 * HEADER + payload));
        var ring = IoUring.open(requests.length)) {
      if (pinned) {
        boolean unused = Cpus.pin(queues.getFirst()); // unpinned it is slower, and still right
      }
      boolean ok = register(ring, memory);
      told = true;
      if (registered.test(ok)) loop(ring);
    } catch (RuntimeException | Error e) {
      if (told) throw e;
      FuseLog.LOG.log(
          System.Logger.Level.WARNING, "stage=mount transport=device queues=" + queues, e);
      boolean unused = registered.test(false);
    }
  }

  private int queueOf(int entry) {
    return queues.get(entry / depth);
  }

  private boolean register(IoUring ring, PageMemory memory) {
    for (int i = 0; i < requests.length; i++) {
      long at = (long) i * (2 * HEADER + payload);
      ByteBuffer vectors = memory.view(at, HEADER);
      ByteBuffer header = memory.view(at + HEADER, HEADER);
      ByteBuffer body = memory.view(at + 2 * HEADER, payload);
      IoUring.vector(vectors, 0, header);
      IoUring.vector(vectors, 1, body);
      requests[i] = FuseRequest.ofRing(header, body);
      ring.command(device, REGISTER, i, vectors, 2).putShort(QUEUE, (short) queueOf(i));
    }
    ring.enter(0);
    // What fails does so at once; what succeeds completes with its first request. One entry is
    // enough for a queue; the kernel waits for no more.
    var alive = new int[queues.size()];
    Arrays.fill(alive, depth);
    while (ring.next()) {
      if (ring.result() == 0) serve(ring, ring.userData());
      else alive[(int) ring.userData() / depth]--;
    }
    return Arrays.stream(alive).allMatch(left -> left > 0);
  }

  private void loop(IoUring ring) {
    boolean ended = false;
    while (!ended) {
      ring.enter(1);
      while (ring.next()) {
        int result = ring.result();
        if (result == 0) serve(ring, ring.userData());
        else if (result == -Errno.ENOTCONN || result == -Errno.ECONNABORTED) ended = true;
        else throw new LinuxException("take a request from a FUSE ring", -result);
      }
    }
  }

  private void serve(IoUring ring, long entry) {
    FuseRequest request = requests[(int) entry];
    long commit = request.commitId();
    if (request.received()) {
      boolean unused = dispatch.answer(request); // the entry goes back in any case
    } else {
      request.answer(Errno.EIO);
    }
    ring.command(device, COMMIT_AND_FETCH, entry)
        .putLong(COMMIT_ID, commit)
        .putShort(QUEUE, (short) queueOf((int) entry));
  }
}
