package dev.theca.node.pod;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Falls when a pod has lost what vouches for it. From then on nothing of it runs or starts, and
 * whoever asks hears why.
 */
final class Fence {
  private final Set<ContainerBody> members = ConcurrentHashMap.newKeySet();
  private final CountDownLatch fallen = new CountDownLatch(1);
  private Optional<Refusal> reason = Optional.empty();

  /** A container that is to be ended with the pod; refused when the pod has ended before. */
  Outcome<Boolean> enter(ContainerBody body) {
    members.add(body);
    var open = open();
    if (!open.isGranted()) members.remove(body);
    return open;
  }

  void leave(ContainerBody body) {
    members.remove(body);
  }

  Set<ContainerBody> members() {
    return Set.copyOf(members);
  }

  synchronized Outcome<Boolean> open() {
    return reason.<Outcome<Boolean>>map(Outcome::refused).orElseGet(() -> Outcome.granted(true));
  }

  /** The agent has ended; every container ends with the reason. Only the first reason counts. */
  void agentLost(int exit) {
    var why =
        new Refusal(
            Code.of("agent-lost"),
            "agent of the pod",
            "running",
            exit > 128
                ? "ended by signal " + (exit - 128) + ", and the pod's containers with it"
                : "ended with exit code " + exit + ", and the pod's containers with it",
            "delete the pod, whatever made it makes another; agent.log in the pod's folder and the"
                + " kernel's log (out of memory) may tell more");
    synchronized (this) {
      if (reason.isPresent()) return;
      reason = Optional.of(why);
    }
    fallen.countDown();
    for (var member : members) member.end(why);
  }

  /** Whether it falls soon: a connection breaks a moment before its process is known to be dead. */
  Outcome<Boolean> settled() {
    try {
      boolean unused = fallen.await(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return open();
  }
}
