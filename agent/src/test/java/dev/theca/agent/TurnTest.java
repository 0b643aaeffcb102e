package dev.theca.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TurnTest {
  private final Turn turn = new Turn();
  private final CountDownLatch inside = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();

  private String failing() {
    asked.incrementAndGet();
    inside.countDown();
    try {
      go.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AgentFault("interrupted", e);
    }
    throw new AgentFault("no answer");
  }

  private String working() {
    asked.incrementAndGet();
    return "answer";
  }

  private record Call(Thread thread, CompletableFuture<String> answer) {
    String words() {
      var e = assertThrows(ExecutionException.class, () -> answer.get(60, TimeUnit.SECONDS));
      return String.valueOf(e.getCause().getMessage());
    }

    void awaitWaiting() {
      while (thread.getState() != Thread.State.WAITING) Thread.onSpinWait();
    }
  }

  private Call call(java.util.function.Supplier<String> work) {
    var answer = new CompletableFuture<String>();
    var thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    answer.complete(work.get());
                  } catch (AgentFault e) {
                    answer.completeExceptionally(e);
                  }
                });
    return new Call(thread, answer);
  }

  @Test
  void whoWaitedForAFaultHasItTooAndWhoComesLaterTriesAgain() throws Exception {
    var first = call(() -> turn.takeOrShare(this::failing));
    inside.await();
    var second = call(() -> turn.takeOrShare(this::working));
    second.awaitWaiting();
    go.countDown();
    assertEquals("no answer", first.words());
    assertEquals("no answer", second.words());
    assertEquals("answer", turn.takeOrShare(this::working));
    assertEquals(2, asked.get());
  }

  @Test
  void aPlainTurnSharesNothing() throws Exception {
    var first = call(() -> turn.takeOrShare(this::failing));
    inside.await();
    var second = call(() -> turn.take(this::working));
    second.awaitWaiting();
    go.countDown();
    assertEquals("no answer", first.words());
    assertEquals("answer", second.answer().get(60, TimeUnit.SECONDS));
  }

  @Test
  void theFaultOfAThreadThatWasInterruptedIsItsOwn() throws Exception {
    var first = call(() -> turn.takeOrShare(this::failing));
    inside.await();
    var second = call(() -> turn.takeOrShare(this::working));
    second.awaitWaiting();
    first.thread().interrupt();
    assertEquals("interrupted", first.words());
    assertEquals("answer", second.answer().get(60, TimeUnit.SECONDS));
    assertTrue(asked.get() == 2, "both were at work: " + asked);
  }
}
