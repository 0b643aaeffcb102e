package dev.theca.node.pod;

import dev.theca.node.health.Stage;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.nodeagent.PrepareRequest;
import dev.theca.wire.nodeagent.Prepared;
import dev.theca.wire.nodeagent.Watched;
import dev.theca.wire.rpc.RpcStatus;
import dev.theca.wire.ttrpc.TtrpcException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

/**
 * The agent's work for one container: asked for in the background, waited for as long as something
 * moves, cancelled when nobody wants it any more. No lock is held meanwhile.
 */
final class Preparing {
  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final Executor OWN = work -> Thread.ofVirtual().name("prepare").start(work);

  /** The mount server looks for this file, and asks for its grant when it is there. */
  private static final String GO = "go";

  private final Pod pod;
  private final String id;
  private final Duration patience;
  private final Marks marks;
  private CompletableFuture<Outcome<Prepared>> answer = new CompletableFuture<>();
  private boolean begun;
  private boolean cancelled;

  Preparing(Pod pod, String id, Duration patience, Marks marks) {
    this.pod = pod;
    this.id = id;
    this.patience = patience;
    this.marks = marks;
  }

  synchronized void begin(PrepareRequest wish) {
    if (cancelled) throw new PodFault("the container was removed before it was prepared");
    begun = true;
    var stage = marks.begin("prepare").with("image", wish.image());
    answer = CompletableFuture.supplyAsync(() -> asked(wish, stage), OWN);
  }

  private Outcome<Prepared> asked(PrepareRequest wish, Stage stage) {
    try {
      var outcome = pod.client().prepare(wish, patience, this::moved);
      if (outcome instanceof Outcome.Granted<Prepared>(var done))
        stage.with("manifest", done.manifestDigest()).with("stages", done.stages());
      return Marks.told(stage, outcome);
    } catch (RuntimeException e) {
      stage.fault(e);
      throw e;
    }
  }

  private void moved(Watched now) {
    LOG.log(System.Logger.Level.DEBUG, () -> "stage=prepare container=" + id + " at=" + now);
  }

  /** How it ended; an agent that died meanwhile is the reason then. */
  Outcome<Prepared> await() {
    try {
      return pending().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PodFault("interrupted while the agent prepared");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TtrpcException lost && lost.status() == RpcStatus.UNAVAILABLE) {
        var fence = pod.fence.settled();
        if (fence instanceof Outcome.Refused<Boolean> fallen) return fallen.as();
      }
      throw new PodFault("the agent could not prepare the container: " + e.getCause());
    }
  }

  private synchronized CompletableFuture<Outcome<Prepared>> pending() {
    return answer;
  }

  /** Ends it if it still runs. */
  void cancel() {
    synchronized (this) {
      cancelled = true;
      if (!begun || answer.isDone()) return;
    }
    try {
      boolean unused = pod.client().cancel(id);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "nothing to cancel: " + e.getMessage());
    }
  }

  /** The agent forgets the container; keys and volume are gone with that. */
  void forget() {
    synchronized (this) {
      if (!begun) return;
    }
    try {
      pod.client().release(id);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "the agent forgot nothing: " + e.getMessage());
    }
  }

  /** A hint to the mount server and no more: an early one only makes the agent refuse. */
  void tell(Path folder) {
    try {
      Files.createFile(folder.resolve(GO));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tell the mount server to go on", e);
    }
  }

  static Refusal serverLost(int exit) {
    return new Refusal(
        Code.of("mount-server-lost"),
        "mount server of the container",
        "running",
        exit > 128 ? "ended by signal " + (exit - 128) : "ended with exit code " + exit,
        "the container is started again by its restart policy; app.log in the pod's folder and the"
            + " kernel's log (out of memory) may tell more");
  }
}
