package dev.theca.node.task;

import static dev.theca.node.task.Answers.granted;

import dev.theca.node.pod.Body;
import dev.theca.node.pod.Pods;
import dev.theca.node.runc.RuncException;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.ttrpc.TtrpcCall;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Create, start, kill, wait for and delete containers. */
final class Lifecycle {
  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final long EXIT_SECONDS = 5;
  static final int KILLED = 137;

  private final Tasks tasks;
  private final Pods pods;

  Lifecycle(Tasks tasks, Pods pods) {
    this.tasks = tasks;
    this.pods = pods;
  }

  /** The fields of CreateTaskRequest that we read. */
  private record Create(
      String id, Path bundle, boolean terminal, Stdio stdio, boolean fromCheckpoint) {
    static Create read(byte[] payload) {
      var in = new ProtoReader(payload);
      String[] texts = {"", "", "", "", "", "", "", "", ""};
      boolean terminal = false;
      while (in.next()) {
        switch (in.field()) {
          case 1, 2, 5, 6, 7, 8 -> texts[in.field()] = in.string();
          case 4 -> terminal = in.bool();
          default -> {}
        }
      }
      return new Create(
          texts[1],
          Path.of(texts[2]),
          terminal,
          new Stdio(texts[5], texts[6], texts[7]),
          !texts[8].isEmpty());
    }
  }

  byte[] create(TtrpcCall call) throws IOException {
    String namespace = TaskRequest.namespace(call);
    var request = Create.read(call.payload());
    if (request.fromCheckpoint())
      throw Answers.precondition("a confidential container has no checkpoints");
    if (request.terminal())
      throw Answers.precondition("terminals are not supported yet; run the container without one");
    String key = namespace + "/" + request.id();
    tasks.reserve(key);
    try {
      Body body = granted(pods.body(namespace, request.id(), request.bundle()));
      return new ProtoWriter().varint(1, created(namespace, request, body)).toBytes();
    } finally {
      tasks.unreserve(key);
    }
  }

  private long created(String namespace, Create request, Body body) {
    var init = new TaskProcess("", request.stdio());
    var task = new Task(namespace, request.id(), request.bundle(), body, init);
    long pid;
    try {
      pid = granted(body.create(request.stdio().open()));
      tasks.add(task);
      init.follow(pid, () -> tasks.exited(task, init));
    } catch (RuntimeException e) {
      request.stdio().close();
      tasks.remove(task);
      undo(body);
      throw e;
    }
    var io =
        new ProtoWriter()
            .string(1, request.stdio().in())
            .string(2, request.stdio().out())
            .string(3, request.stdio().err());
    tasks.publish(
        task,
        "create",
        "TaskCreate",
        new ProtoWriter()
            .string(1, task.id)
            .string(2, task.bundle.toString())
            .message(4, io)
            .varint(6, pid));
    return pid;
  }

  private static void undo(Body body) {
    try {
      body.remove();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "stage=cleanup outcome=fault reason=\"" + e + "\"");
    }
  }

  void start(Task task) {
    task.init.status(TaskProcess.Status.RUNNING);
    granted(task.body.start());
    tasks.publish(
        task,
        "start",
        "TaskStart",
        new ProtoWriter().string(1, task.id).varint(2, task.init.pid()));
  }

  byte[] pause(TtrpcCall call, boolean pause) {
    Task task = tasks.find(TaskRequest.of(call));
    if (pause) task.body.runc().pause(task.id);
    else task.body.runc().resume(task.id);
    task.init.status(pause ? TaskProcess.Status.PAUSED : TaskProcess.Status.RUNNING);
    tasks.publish(
        task,
        pause ? "paused" : "resumed",
        pause ? "TaskPaused" : "TaskResumed",
        new ProtoWriter().string(1, task.id));
    return Answers.EMPTY;
  }

  byte[] kill(TtrpcCall call) {
    var in = new ProtoReader(call.payload());
    int signal = 15;
    boolean all = false;
    while (in.next()) {
      if (in.field() == 3) signal = in.int32();
      if (in.field() == 4) all = in.bool();
    }
    var request = TaskRequest.of(call);
    Task task = tasks.find(request);
    TaskProcess process = Tasks.process(task, request.execId());
    if (process.status() == TaskProcess.Status.STOPPED) throw finished();
    if (process.pid() == 0) throw Answers.precondition("process not created");
    if (!request.execId().isEmpty()) {
      try (var child = dev.theca.linux.ChildProcess.hold(process.pid())) {
        if (!child.signal(signal)) throw finished();
      }
      return Answers.EMPTY;
    }
    try {
      task.body.runc().kill(task.id, signal, all);
    } catch (RuncException e) {
      if (!e.gone()) throw e;
      throw finished();
    }
    return Answers.EMPTY;
  }

  private static RuntimeException finished() {
    return Answers.missing("process already finished");
  }

  byte[] await(TtrpcCall call) throws InterruptedException {
    try {
      var exit = tasks.process(TaskRequest.of(call)).exit().get();
      return new ProtoWriter().varint(1, exit.status()).message(2, exit.time()).toBytes();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an exit that failed", e);
    }
  }

  byte[] delete(TtrpcCall call) {
    var request = TaskRequest.of(call);
    Task task = tasks.find(request);
    TaskProcess process = Tasks.process(task, request.execId());
    if (process.status() == TaskProcess.Status.RUNNING)
      throw Answers.precondition("cannot delete a running process");
    if (request.execId().isEmpty()) {
      remove(task);
    } else {
      task.added.remove(request.execId());
      process.stdio.close();
    }
    var answer = new ProtoWriter().varint(1, process.pid());
    process.ended().ifPresent(exit -> answer.varint(2, exit.status()).message(3, exit.time()));
    return answer.toBytes();
  }

  private void remove(Task task) {
    tasks.remove(task);
    task.body.remove();
    try {
      var exit = task.init.exit().get(EXIT_SECONDS, TimeUnit.SECONDS);
      tasks.publish(
          task,
          "delete",
          "TaskDelete",
          new ProtoWriter()
              .string(1, task.id)
              .varint(2, task.init.pid())
              .varint(3, exit.status())
              .message(4, exit.time()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      task.init.end(KILLED);
    }
    tasks.forget(task.key());
  }

  /** Removes whatever is left of a task; its exit status when there was something. */
  Optional<Integer> cleanUp(String key) {
    var task = tasks.lookUp(key);
    task.ifPresent(this::remove);
    tasks.forget(key);
    return task.flatMap(t -> t.init.ended()).map(TaskProcess.Exit::status);
  }
}
