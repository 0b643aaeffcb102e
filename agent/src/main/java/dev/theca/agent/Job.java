package dev.theca.agent;

import dev.theca.image.Descriptor;
import dev.theca.image.Progress;
import dev.theca.wire.nodeagent.Watched;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A preparation on its way: how far it is, and how to end it. The thread that makes it runs it. */
final class Job implements Progress {
  /** Names of stages, as people read them. */
  enum Stage {
    ATTEST,
    POLICY,
    PULL,
    SEAL,
    SECRETS;

    String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private final Thread thread = Thread.currentThread();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Map<String, Long> moved = new HashMap<>();
  private Stage stage = Stage.ATTEST;
  private long doneBytes;
  private long allBytes;
  private long beat = 1;
  private boolean cancelled;
  private boolean settled;

  /** The next stage begins; a job that was cancelled ends here at the latest. */
  synchronized void stage(Stage next) {
    stage = next;
    beat++;
    if (cancelled) throw new AgentFault("cancelled before stage " + next.text());
  }

  @Override
  public synchronized void blob(Descriptor blob, Step step, long bytes) {
    String name = blob.digest().toString();
    if (step == Step.STARTED && !moved.containsKey(name)) allBytes += blob.size();
    if (step == Step.STARTED || step == Step.MOVED) {
      long before = moved.getOrDefault(name, 0L);
      doneBytes += bytes - before;
      moved.put(name, bytes);
    }
    beat++;
  }

  synchronized Watched watched() {
    return new Watched(stage.text(), doneBytes, allBytes, beat);
  }

  synchronized Stage stage() {
    return stage;
  }

  synchronized boolean isCancelled() {
    return cancelled;
  }

  /** From here on it cannot be cancelled; false when it was before. */
  synchronized boolean settle() {
    settled = !cancelled;
    return settled;
  }

  /** Asks it to end. */
  synchronized void cancel() {
    if (settled || ended.getCount() == 0) return;
    cancelled = true;
    thread.interrupt();
  }

  /** Waits until it has ended, but not for ever. */
  boolean awaitEnd(int seconds) {
    try {
      return ended.await(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The last word of the thread that runs it, which is as it was before. */
  synchronized void end() {
    ended.countDown();
    boolean unused = Thread.interrupted();
  }
}
