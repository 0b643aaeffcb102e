package dev.theca.node.task;

import dev.theca.linux.ChildProcess;
import dev.theca.linux.Exits;
import dev.theca.node.events.Topic;
import dev.theca.node.io.ProcessIo;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What happens when a process ends. Its start is told before its end; init's end is the last of a
 * container and takes the others with it; an OOM is told before the end that it caused.
 */
final class Endings {
  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final Executor THREADS = work -> Thread.ofVirtual().name("end").start(work);
  private static final Duration OUTPUT = Duration.ofSeconds(2);
  private static final long OTHERS_SECONDS = 10;
  private static final int SIGKILL = 9;
  private static final int KILLED = 128 + SIGKILL;

  private final Tasks tasks;

  Endings(Tasks tasks) {
    this.tasks = tasks;
  }

  /** Follows a process to its end, and lets it go then. */
  void follow(Task task, TaskProcess process, ChildProcess child) {
    var unused =
        Exits.of(child)
            .thenCompose(end -> process.told().thenApply(told -> Exit.of(end)))
            .thenAcceptAsync(exit -> ended(task, process, exit), THREADS)
            .whenComplete((done, fault) -> log(task, fault));
  }

  /** The end of a process that ended while there was no daemon. */
  void gone(Task task, TaskProcess process, int status) {
    THREADS.execute(() -> ended(task, process, Exit.now(status)));
  }

  private static void log(Task task, @org.jspecify.annotations.Nullable Throwable fault) {
    if (fault != null)
      LOG.log(System.Logger.Level.ERROR, "stage=exit container=" + task.id(), fault);
  }

  private void ended(Task task, TaskProcess process, Exit exit) {
    if (process == task.init) initEnded(task, exit);
    else tell(task, process, exit);
  }

  private void initEnded(Task task, Exit exit) {
    endOthers(task);
    task.consumption.settle(exit.status() == KILLED);
    task.consumption.close();
    // Before it is told: whoever hears of the end may remove everything.
    boolean frozen = isFrozen(task.init.status());
    if (frozen) thaw(task);
    Status before = tell(task, task.init, exit);
    if (!frozen && isFrozen(before)) thaw(task); // it was paused meanwhile
  }

  private static void endOthers(Task task) {
    var others = task.close();
    if (task.request.spec().sharesProcesses()) killAll(task);
    for (TaskProcess other : others) other.child().ifPresent(child -> child.signal(SIGKILL));
    var ends = others.stream().map(o -> o.exit).toArray(CompletableFuture<?>[]::new);
    try {
      var unused = CompletableFuture.allOf(ends).get(OTHERS_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "stage=exit container=" + task.id() + " outcome=late reason=\"processes live on\"");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void killAll(Task task) {
    try {
      task.body.runc().kill(task.id(), SIGKILL, true);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "nothing was left: " + e.getMessage());
    }
  }

  private static boolean isFrozen(Status status) {
    return status == Status.PAUSED || status == Status.PAUSING;
  }

  /** A frozen group cannot be removed. */
  private static void thaw(Task task) {
    try {
      task.body.runc().resume(task.id());
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "not frozen any more: " + e.getMessage());
    }
  }

  /** The status before. */
  private Status tell(Task task, TaskProcess process, Exit exit) {
    process.io().ifPresent(ProcessIo::exited);
    if (process.stdio.terminal()) {
      boolean unused = process.io().map(io -> io.drain(OUTPUT)).orElse(true);
    }
    Status before = process.stop();
    tasks.publish(
        task,
        Topic.EXIT,
        Tasks.about(task)
            .string(2, process.execId.isEmpty() ? task.id() : process.execId)
            .varint(3, process.pid())
            .varint(4, exit.status())
            .message(5, exit.time()));
    process.exit.complete(exit);
    TaskFiles.save(task);
    return before;
  }
}
