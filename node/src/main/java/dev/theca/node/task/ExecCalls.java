package dev.theca.node.task;

import static dev.theca.node.task.Answers.granted;

import dev.theca.wire.json.Json;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.ttrpc.TtrpcCall;
import dev.theca.wire.ttrpc.TtrpcStatus;

/** Further processes in a running container, where the owner's policy allows them. */
final class ExecCalls {
  private final Tasks tasks;

  ExecCalls(Tasks tasks) {
    this.tasks = tasks;
  }

  /** The fields of ExecProcessRequest; the description is an OCI process as JSON. */
  private record Exec(boolean terminal, Stdio stdio, byte[] description) {
    static Exec read(byte[] payload) {
      var in = new ProtoReader(payload);
      String[] texts = {"", "", "", "", "", "", ""};
      byte[] description = {};
      boolean terminal = false;
      while (in.next()) {
        switch (in.field()) {
          case 3 -> terminal = in.bool();
          case 4, 5, 6 -> texts[in.field()] = in.string();
          case 7 -> description = value(in.message());
          default -> {}
        }
      }
      return new Exec(terminal, new Stdio(texts[4], texts[5], texts[6]), description);
    }
  }

  /** The value of an Any. */
  static byte[] value(ProtoReader any) {
    byte[] value = {};
    while (any.next()) if (any.field() == 2) value = any.bytes();
    return value;
  }

  byte[] exec(TtrpcCall call) {
    var request = TaskRequest.of(call);
    var exec = Exec.read(call.payload());
    Task task = tasks.find(request);
    if (exec.terminal())
      throw Answers.precondition("terminals are not supported yet; exec without one");
    if (task.init.status() != TaskProcess.Status.RUNNING)
      throw Answers.precondition("the container's init process is not running");
    if (!request.execId().matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}"))
      throw Answers.error(TtrpcStatus.INVALID_ARGUMENT, "exec id");
    var process = granted(task.body.exec(granted(Json.object(exec.description()))));
    var added =
        new Task.Added(new TaskProcess(request.execId(), exec.stdio()), Json.write(process));
    if (task.added.putIfAbsent(request.execId(), added) != null)
      throw Answers.error(TtrpcStatus.ALREADY_EXISTS, "process " + request.execId());
    tasks.publish(
        task,
        "exec-added",
        "TaskExecAdded",
        new ProtoWriter().string(1, task.id).string(2, request.execId()));
    return Answers.EMPTY;
  }

  void start(Task task, TaskProcess process) {
    var added = task.added.get(process.execId);
    if (added == null || task.init.status() == TaskProcess.Status.STOPPED) {
      process.end(Lifecycle.KILLED);
      throw Answers.precondition("the container's init process is not running");
    }
    try {
      var streams = process.stdio.open();
      var work = task.body.work();
      long pid = task.body.runc().exec(task.id, work, process.execId, added.description(), streams);
      tasks.publish(
          task,
          "exec-started",
          "TaskExecStarted",
          new ProtoWriter().string(1, task.id).string(2, process.execId).varint(3, pid));
      process.status(TaskProcess.Status.RUNNING);
      process.follow(pid, () -> tasks.exited(task, process));
    } catch (RuntimeException e) {
      process.end(Lifecycle.KILLED);
      throw e;
    }
  }
}
