package dev.theca.node.control;

import java.time.Instant;

/** What calls of the shim binary ask of whoever keeps the tasks. */
public interface ShimTasks {
  /**
   * A task is about to be created: where its events go, and which handler it belongs to. With reply
   * version 3 only the sandbox of a pod is announced; its containers take after it.
   *
   * @param ttrpcAddress socket of containerd's events service
   * @param grpcAddress socket of containerd's other services; empty when it was not said
   * @param options what Create will bring again; {@link RuntimeOptions#NONE} when there were none
   */
  void announce(
      ShimKind kind,
      String namespace,
      String id,
      String ttrpcAddress,
      String grpcAddress,
      RuntimeOptions options);

  /**
   * containerd's last word about a task: whatever is left of it goes, and of its whole pod if it is
   * a sandbox. Unknown tasks are no error. The answer comes when everything is gone, or a fault.
   */
  Ended cleanUp(String namespace, String id);

  /** How a task ended; {@code pid} is 0 when nobody knows it. */
  record Ended(long pid, int status, Instant at) {
    /** Of a task that nobody knows (any more): killed, now. */
    public static Ended unknown() {
      return new Ended(0, KILLED, Instant.now());
    }

    private static final int KILLED = 137;
  }
}
