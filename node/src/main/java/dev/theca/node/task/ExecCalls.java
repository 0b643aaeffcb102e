package dev.theca.node.task;

import static dev.theca.node.task.Answers.granted;

import dev.theca.linux.ChildProcess;
import dev.theca.node.events.Topic;
import dev.theca.node.io.IoSetup;
import dev.theca.node.io.ProcessIo;
import dev.theca.node.io.Stdio;
import dev.theca.node.pod.Spec;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.rpc.RpcStatus;
import dev.theca.wire.ttrpc.TtrpcCall;
import java.nio.file.Path;
import java.util.Map;

/** Further processes in a running container. */
final class ExecCalls {
  private static final int SIGKILL = 9;

  private final Tasks tasks;
  private final Endings endings;
  private final Path terminals;

  ExecCalls(Tasks tasks, Endings endings, Path terminals) {
    this.tasks = tasks;
    this.endings = endings;
    this.terminals = terminals;
  }

  /** The fields of ExecProcessRequest; the description is an OCI process as JSON. */
  private record Exec(Stdio stdio, byte[] description) {
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
      return new Exec(new Stdio(texts[4], texts[5], texts[6], terminal), description);
    }
  }

  /** The value of an Any. */
  static byte[] value(ProtoReader any) {
    byte[] value = {};
    while (any.next()) if (any.field() == 2) value = any.bytes();
    return value;
  }

  byte[] exec(TtrpcCall call) {
    var request = tasks.request(call);
    var exec = Exec.read(call.payload());
    Task task = tasks.find(request);
    if (task.init.status() == Status.STOPPED || isPaused(task))
      throw Answers.unknown("cannot exec in a " + task.init.status().word + " state");
    if (!request.execId().matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}"))
      throw Answers.error(
          RpcStatus.INVALID_ARGUMENT, "a process's id is letters, digits, '_', '.' and '-'");
    if (task.added.containsKey(request.execId())) throw inUse(request.execId());
    var process = granted(task.body.exec(granted(Json.object(exec.description()))));
    var terminal = new JsonBool(exec.stdio().terminal());
    byte[] description = Json.write(Spec.merged(process, Map.of("terminal", terminal)));
    var added = TaskProcess.added(request.execId(), exec.stdio(), description);
    if (task.added.putIfAbsent(request.execId(), added) != null) throw inUse(request.execId());
    tasks.publish(task, Topic.EXEC_ADDED, Tasks.about(task).string(2, request.execId()));
    return Answers.EMPTY;
  }

  private static RuntimeException inUse(String execId) {
    return Answers.error(RpcStatus.ALREADY_EXISTS, "id " + execId + ": already exists");
  }

  private static boolean isPaused(Task task) {
    return task.init.status() == Status.PAUSED || task.init.status() == Status.PAUSING;
  }

  private static RuntimeException notStarted(Task task) {
    if (isPaused(task)) return Answers.unknown("cannot exec in a paused state");
    return Answers.precondition("container " + task.id() + " init process is not running");
  }

  /** Starts an added process; one that fails is stopped and holds nothing any more. */
  void start(Task task, TaskProcess process) {
    Status status = process.status();
    if (status != Status.CREATED)
      throw Answers.unknown("cannot start a " + status.word + " process");
    if (!task.mayStart(process)) throw notStarted(task);
    try {
      ChildProcess child = started(task, process);
      process.change(Status.STARTING, Status.RUNNING);
      tasks.publish(
          task,
          Topic.EXEC_STARTED,
          Tasks.about(task).string(2, process.execId).varint(3, child.pid()));
      TaskFiles.saveSoon(task);
      endings.follow(task, process, child);
    } catch (RuntimeException e) {
      process.stop();
      process.closeIo();
      process.exit.complete(Exit.now(Exit.NEVER_RAN));
      throw e;
    }
  }

  private ChildProcess started(Task task, TaskProcess process) {
    var options = task.request.options();
    var io =
        ProcessIo.open(
            process.stdio,
            new IoSetup(terminals, task.namespace(), task.id(), options.ioUid(), options.ioGid()));
    process.io(io);
    var runc = task.body.runc();
    long pid =
        runc.exec(task.id(), task.body.work(), process.execId, process.description, io.streams());
    var child = ChildProcess.hold(pid);
    process.runs(child);
    if (task.isClosing()) child.signal(SIGKILL); // init ended meanwhile and did not see it
    try {
      io.started();
      io.running();
    } catch (RuntimeException e) {
      child.signal(SIGKILL);
      child.close();
      throw e;
    }
    return child;
  }
}
