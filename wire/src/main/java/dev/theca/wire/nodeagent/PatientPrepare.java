package dev.theca.wire.nodeagent;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.rpc.RpcStatus;
import dev.theca.wire.ttrpc.TtrpcException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Waits for a preparation as long as it moves: minutes or hours, until nothing has moved for a
 * while. Then, or when the waiting thread is interrupted, it is cancelled.
 */
final class PatientPrepare {
  private static final long MAX_PAUSE_MILLIS = 1000;

  private final AgentClient agent;
  private final PrepareRequest request;
  private final Duration silence;
  private final Consumer<Watched> hears;

  PatientPrepare(
      AgentClient agent, PrepareRequest request, Duration silence, Consumer<Watched> hears) {
    this.agent = agent;
    this.request = request;
    this.silence = silence;
    this.hears = hears;
  }

  Outcome<Prepared> run() {
    var answer = new CompletableFuture<Outcome<Prepared>>();
    var asking = Thread.ofVirtual().name("prepare").start(() -> ask(answer));
    try {
      return await(answer);
    } catch (InterruptedException e) {
      cancel();
      Thread.currentThread().interrupt();
      throw new TtrpcException(
          RpcStatus.CANCELLED, "the preparation of " + request.containerId() + " was cancelled");
    } finally {
      asking.interrupt();
    }
  }

  private void ask(CompletableFuture<Outcome<Prepared>> answer) {
    try {
      answer.complete(agent.prepareUnbounded(request));
    } catch (RuntimeException e) {
      answer.completeExceptionally(e);
    }
  }

  private Outcome<Prepared> await(CompletableFuture<Outcome<Prepared>> answer)
      throws InterruptedException {
    long pause = Math.clamp(silence.toMillis() / 8, 10, MAX_PAUSE_MILLIS);
    var last = Watched.NOTHING;
    long moved = System.nanoTime();
    while (true) {
      try {
        return answer.get(pause, TimeUnit.MILLISECONDS);
      } catch (TimeoutException _) {
        var now = watched(last);
        if (!now.equals(last)) {
          hears.accept(now);
          moved = System.nanoTime();
        }
        last = now;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof TtrpcException known) throw known;
        throw new TtrpcException(RpcStatus.INTERNAL, String.valueOf(e.getCause()));
      }
      if (System.nanoTime() - moved > silence.toNanos()) return silent(last);
    }
  }

  /** An agent that does not even say how far it is has not moved. */
  private Watched watched(Watched last) {
    try {
      return agent.watch(request.containerId());
    } catch (TtrpcException e) {
      return last;
    }
  }

  private Outcome<Prepared> silent(Watched last) {
    cancel();
    return Outcome.refused(
        Code.of("prepare-stalled"),
        "preparation of " + request.image(),
        "something that moves within " + words(silence),
        "nothing that moved, " + last,
        "look at the registry (pull) or the broker (attest, policy, secrets); the runtime tries"
            + " again");
  }

  private static String words(Duration time) {
    return time.toSeconds() > 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }

  /** Also for a thread that was interrupted: the call itself must not notice. */
  private void cancel() {
    boolean interrupted = Thread.interrupted();
    try {
      boolean unused = agent.cancel(request.containerId());
    } catch (TtrpcException e) {
      return; // an agent that is gone prepares nothing
    } finally {
      if (interrupted) Thread.currentThread().interrupt();
    }
  }
}
