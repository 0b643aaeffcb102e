package dev.theca.node.task;

import static dev.theca.node.task.Answers.granted;

import dev.theca.node.events.Topic;
import dev.theca.node.io.ProcessIo;
import dev.theca.node.runc.RuncException;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.rpc.RpcStatus;
import dev.theca.wire.ttrpc.TtrpcCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Starts, pauses, resumes, updates, kills and waits for containers. */
final class Lifecycle {
  private static final int LAST_SIGNAL = 64;
  private static final int SIGKILL = 9;

  private final Tasks tasks;

  Lifecycle(Tasks tasks) {
    this.tasks = tasks;
  }

  /** One at a time for a container, and only while it is there. */
  <T> T alone(Task task, Supplier<T> work) {
    task.operation.lock();
    try {
      if (tasks.lookUp(task.key()).filter(t -> t == task).isEmpty())
        throw Answers.missing("container " + task.id());
      return work.get();
    } finally {
      task.operation.unlock();
    }
  }

  void start(Task task) {
    boolean unused =
        alone(
            task,
            () -> {
              Status status = task.init.status();
              if (status != Status.CREATED)
                throw Answers.unknown("cannot start a " + status.word + " process");
              task.init.startUntold();
              try {
                started(task);
              } finally {
                task.init.startTold();
              }
              TaskFiles.save(task);
              return true;
            });
  }

  private void started(Task task) {
    tasks.watchMemory(task);
    task.init.io().ifPresent(ProcessIo::running);
    boolean unused = granted(task.body.start());
    task.consumption.count();
    task.init.change(Status.CREATED, Status.RUNNING);
    tasks.publish(task, Topic.START, Tasks.about(task).varint(2, task.init.pid()));
  }

  byte[] pause(TtrpcCall call) {
    Task task = tasks.find(tasks.request(call));
    return alone(
        task,
        () -> {
          if (!task.init.change(Status.RUNNING, Status.PAUSING))
            throw Answers.unknown(cannot("pause", task.init.status()));
          try {
            task.body.runc().pause(task.id());
          } catch (RuntimeException e) {
            task.init.change(Status.PAUSING, Status.RUNNING);
            throw e;
          }
          task.init.change(Status.PAUSING, Status.PAUSED);
          tasks.publish(task, Topic.PAUSED, Tasks.about(task));
          TaskFiles.save(task);
          return Answers.EMPTY;
        });
  }

  /** In the stock shim's words: clients search for them. */
  private static String cannot(String action, Status status) {
    return switch (status) {
      case CREATED, STARTING -> "cannot " + action + " task in created state";
      case RUNNING -> "cannot " + action + " a running process";
      case PAUSED, PAUSING, STOPPED -> "cannot " + action + " a " + status.word + " container";
    };
  }

  byte[] resume(TtrpcCall call) {
    Task task = tasks.find(tasks.request(call));
    return alone(
        task,
        () -> {
          if (task.init.status() != Status.PAUSED)
            throw Answers.unknown(cannot("resume", task.init.status()));
          task.body.runc().resume(task.id());
          task.init.change(Status.PAUSED, Status.RUNNING);
          tasks.publish(task, Topic.RESUMED, Tasks.about(task));
          TaskFiles.save(task);
          return Answers.EMPTY;
        });
  }

  byte[] update(TtrpcCall call) {
    Task task = tasks.find(tasks.request(call));
    var in = new ProtoReader(call.payload());
    byte[] resources = {};
    while (in.next()) if (in.field() == 2) resources = ExecCalls.value(in.message());
    if (resources.length == 0)
      throw Answers.error(RpcStatus.INVALID_ARGUMENT, "an update needs resources");
    byte[] wanted = resources;
    return alone(
        task,
        () -> {
          Path file = task.body.work().resolve("resources.json");
          try {
            Files.write(file, wanted);
            task.body.runc().update(task.id(), file);
            Files.delete(file);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot write " + file, e);
          }
          return Answers.EMPTY;
        });
  }

  byte[] kill(TtrpcCall call) {
    var in = new ProtoReader(call.payload());
    int signal = 0;
    boolean all = false;
    while (in.next()) {
      if (in.field() == 3) signal = in.int32();
      if (in.field() == 4) all = in.bool();
    }
    var request = tasks.request(call);
    Task task = tasks.find(request);
    TaskProcess process = Tasks.process(task, request.execId());
    Status status = process.status();
    if (status == Status.STOPPED) throw finished();
    var child = process.child();
    if (child.isEmpty()) throw Answers.precondition("process not created");
    boolean frozen = status == Status.PAUSED || status == Status.PAUSING;
    boolean known = 0 <= signal && signal <= LAST_SIGNAL;
    boolean others = all && !(signal == SIGKILL && !task.request.spec().sharesProcesses());
    if (process == task.init && (others || frozen || !known)) killByRuntime(task, signal, all);
    else if (!known)
      throw Answers.unknown("exec kill error: unknown error after kill: invalid argument");
    else if (!child.get().signal(signal)) throw finished();
    return Answers.EMPTY;
  }

  /**
   * The runtime knows every process, and thaws what is frozen when it must. It is not needed to
   * kill those of a container with a process namespace of its own: they end with init
   * (pid_namespaces(7)).
   */
  private static void killByRuntime(Task task, int signal, boolean all) {
    try {
      task.body.runc().kill(task.id(), signal, all);
    } catch (RuncException e) {
      if (!e.gone()) throw Answers.unknown("unknown error after kill: " + e.getMessage());
      throw finished();
    }
  }

  private static RuntimeException finished() {
    return Answers.missing("process already finished");
  }

  /**
   * The one call that may be given up when its time is over; whatever changes something is brought
   * to its end, because nobody could tell how far it came.
   */
  byte[] await(TtrpcCall call) throws InterruptedException {
    var end = tasks.process(tasks.request(call)).exit;
    long nanos = call.timeout().toNanos();
    try {
      var exit = nanos == 0 ? end.get() : end.get(nanos, TimeUnit.NANOSECONDS);
      return new ProtoWriter().varint(1, exit.status()).message(2, exit.time()).toBytes();
    } catch (TimeoutException e) {
      throw Answers.error(RpcStatus.DEADLINE_EXCEEDED, "the process has not ended in time");
    } catch (ExecutionException e) {
      throw new IllegalStateException("an exit that failed", e);
    }
  }
}
