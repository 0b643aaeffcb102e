package dev.theca.node.pod;

import dev.theca.wire.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The launch of a pod's agent, on its way while the pod's sandbox is still being made. How it came
 * out is told to whoever asks, and only then; a pod that takes it over ends it with itself.
 */
final class AgentLaunch {
  private static final Executor OWN = work -> Thread.ofVirtual().name("agent-launch").start(work);

  private final CompletableFuture<Outcome<Enclave>> launched;

  private AgentLaunch(CompletableFuture<Outcome<Enclave>> launched) {
    this.launched = launched;
  }

  static AgentLaunch begin(Supplier<Outcome<Enclave>> launch) {
    return new AgentLaunch(CompletableFuture.supplyAsync(launch, OWN));
  }

  /** How it came out; its faults are thrown here. */
  Outcome<Enclave> await() {
    try {
      return launched.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PodFault("interrupted while the agent was launched");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException fault) throw fault;
      throw new PodFault("the agent was not launched: " + e.getCause());
    }
  }

  /** Waits until nothing of it is under way any more, whatever became of it. */
  void settle() {
    boolean unused = launched.handle((enclave, fault) -> true).join();
  }
}
