package dev.theca.node.task;

import dev.theca.node.control.ShimTasks.Ended;
import dev.theca.node.events.Topic;
import dev.theca.node.io.ProcessIo;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.ttrpc.TtrpcCall;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Removes containers and added processes that have ended, and whatever is left in the end. */
final class Deletion {
  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final Duration OUTPUT = Duration.ofSeconds(10);
  private static final long EXIT_SECONDS = 10;

  private final Tasks tasks;
  private final Lifecycle lifecycle;

  Deletion(Tasks tasks, Lifecycle lifecycle) {
    this.tasks = tasks;
    this.lifecycle = lifecycle;
  }

  byte[] delete(TtrpcCall call) {
    var request = tasks.request(call);
    Task task = tasks.find(request);
    if (!request.execId().isEmpty()) return added(task, request.execId());
    return lifecycle.alone(
        task,
        () -> {
          deletable(task.init);
          var exit = removed(task, OUTPUT);
          return answer(task.init.pid(), Optional.of(exit));
        });
  }

  private static byte[] added(Task task, String execId) {
    TaskProcess process = Tasks.process(task, execId);
    if (process.status() == Status.STARTING)
      throw Answers.precondition("cannot delete a starting process");
    if (process.status() != Status.CREATED) deletable(process);
    process.stop();
    boolean unused = process.io().map(io -> io.drain(OUTPUT)).orElse(true);
    process.closeIo();
    task.added.remove(execId, process);
    TaskFiles.saveSoon(task);
    byte[] answer = answer(process.pid(), process.ended());
    process.exit.complete(Exit.now(Exit.NEVER_RAN));
    return answer;
  }

  private static void deletable(TaskProcess process) {
    Status status = process.status();
    if (status != Status.CREATED && status != Status.STOPPED)
      throw Answers.precondition("cannot delete a " + status.word + " process");
  }

  private static byte[] answer(long pid, Optional<Exit> exit) {
    var answer = new ProtoWriter().varint(1, pid);
    exit.ifPresent(e -> answer.varint(2, e.status()).message(3, e.time()));
    return answer.toBytes();
  }

  /** Ends what still runs, removes everything and tells so. */
  private Exit removed(Task task, Duration output) {
    if (task.init.status() == Status.STOPPED) {
      boolean unused = task.init.io().map(io -> io.drain(output)).orElse(true);
    }
    task.body.remove();
    Exit exit = ended(task.init);
    for (TaskProcess process : task.added.values()) {
      process.stop();
      process.closeIo();
      process.exit.complete(Exit.now(Exit.KILLED));
    }
    task.init.io().ifPresent(ProcessIo::close);
    task.consumption.close();
    tasks.publish(
        task,
        Topic.DELETE,
        Tasks.about(task)
            .varint(2, task.init.pid())
            .varint(3, exit.status())
            .message(4, exit.time()));
    boolean unused = tasks.remove(task);
    TaskFiles.end(task);
    TaskFiles.undone(task);
    return exit;
  }

  private static Exit ended(TaskProcess init) {
    try {
      return init.exit.get(EXIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      init.stop();
      init.exit.complete(Exit.now(Exit.KILLED));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return init.ended().orElseGet(() -> Exit.now(Exit.KILLED));
  }

  /**
   * Removes whatever is left of a task, and of its pod when it is the sandbox; how it ended when
   * there was something.
   */
  Optional<Ended> cleanUp(String namespace, String id) {
    Optional<Ended> end = Optional.empty();
    for (Task member : tasks.group(namespace, id)) if (!member.id().equals(id)) force(member);
    Optional<Task> task = tasks.lookUp(namespace + "/" + id);
    if (task.isPresent())
      end =
          force(task.get()).map(exit -> new Ended(task.get().init.pid(), exit.status(), exit.at()));
    tasks.forget(namespace + "/" + id);
    return end;
  }

  private Optional<Exit> force(Task task) {
    task.operation.lock();
    try {
      if (tasks.lookUp(task.key()).filter(t -> t == task).isEmpty()) return Optional.empty();
      return Optional.of(removed(task, Duration.ZERO));
    } finally {
      task.operation.unlock();
    }
  }

  /**
   * Ends tasks whose bundle is gone: containerd removes it when it is done with a task, and asks no
   * more. So it is after a time without a daemon.
   */
  void sweep() {
    removeAll(tasks.all().stream().filter(t -> !Files.exists(t.request.bundle())).toList());
  }

  /** Ends every task; for the end of the daemon. */
  void removeAll() {
    removeAll(tasks.all());
  }

  private void removeAll(List<Task> these) {
    for (Task task : these) {
      try {
        var unused = cleanUp(task.namespace(), task.id());
      } catch (RuntimeException e) {
        LOG.log(
            System.Logger.Level.WARNING,
            "stage=cleanup container=" + task.id() + " outcome=fault reason=\"" + e + "\"");
      }
    }
  }
}
