package dev.theca.node.task;

import dev.theca.node.pod.Body;
import dev.theca.node.pod.PodFault;
import dev.theca.node.pod.Pods;
import dev.theca.node.runc.RuncException;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.ttrpc.TtrpcCall;
import dev.theca.wire.ttrpc.TtrpcException;
import dev.theca.wire.ttrpc.TtrpcServer;
import dev.theca.wire.ttrpc.TtrpcStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * containerd's Task service, versions 2 and 3 (the messages are the same). One server for all pods
 * of the node; a request names its container by the namespace in its metadata and its id.
 */
public final class TaskService {
  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final List<String> SERVICES =
      List.of("containerd.task.v2.Task", "containerd.task.v3.Task");
  private static final String NAMESPACE = "containerd-namespace-ttrpc";
  private static final String DETAILS = "containerd.runc.v1.ProcessDetails";
  private static final int KILLED = 137;

  private final Pods pods;
  private final Events events = new Events();
  private final Map<String, Task> tasks = new ConcurrentHashMap<>();
  private final Map<String, String> addresses = new ConcurrentHashMap<>();
  private final java.util.Set<String> creating = ConcurrentHashMap.newKeySet();

  public TaskService(Pods pods) {
    this.pods = pods;
  }

  /** Remembers where to send the events of a task that is about to be created. */
  public void announce(String namespace, String id, String ttrpcAddress) {
    addresses.put(namespace + "/" + id, ttrpcAddress);
  }

  /** Handlers for a ttRPC server. */
  public Map<String, TtrpcServer.Handler> handlers() {
    var methods = new HashMap<String, TtrpcServer.Handler>();
    methods.put("Create", this::create);
    methods.put("Start", this::start);
    methods.put("State", this::state);
    methods.put("Delete", this::delete);
    methods.put("Pids", this::pids);
    methods.put("Pause", call -> pause(call, true));
    methods.put("Resume", call -> pause(call, false));
    methods.put("Kill", this::kill);
    methods.put("Exec", this::exec);
    methods.put("ResizePty", call -> empty());
    methods.put("CloseIO", this::closeIo);
    methods.put("Update", this::update);
    methods.put("Wait", this::await);
    methods.put("Stats", this::stats);
    methods.put("Connect", this::connect);
    methods.put("Shutdown", call -> empty());
    var handlers = new HashMap<String, TtrpcServer.Handler>();
    for (String service : SERVICES)
      methods.forEach((name, handler) -> handlers.put(service + "/" + name, guarded(handler)));
    return handlers;
  }

  private static TtrpcServer.Handler guarded(TtrpcServer.Handler handler) {
    return call -> {
      try {
        return handler.answer(call);
      } catch (RuncException | PodFault e) {
        throw new TtrpcException(TtrpcStatus.UNKNOWN, String.valueOf(e.getMessage()));
      }
    };
  }

  private static byte[] empty() {
    return new byte[0];
  }

  /** The fields of a request that most methods have in common. */
  private record Request(String namespace, String id, String execId) {
    static Request of(TtrpcCall call) {
      String namespace = call.metadata().getOrDefault(NAMESPACE, "");
      if (namespace.isEmpty() || !namespace.matches("[A-Za-z0-9._-]{1,76}"))
        throw new TtrpcException(TtrpcStatus.INVALID_ARGUMENT, "a namespace is needed");
      var in = new ProtoReader(call.payload());
      String id = "";
      String execId = "";
      while (in.next()) {
        if (in.field() == 1) id = in.string();
        if (in.field() == 2) execId = new String(in.bytes(), StandardCharsets.UTF_8);
      }
      return new Request(namespace, id, execId);
    }

    String key() {
      return namespace + "/" + id;
    }
  }

  private Task task(Request request) {
    Task task = tasks.get(request.key());
    if (task == null)
      throw new TtrpcException(TtrpcStatus.NOT_FOUND, "container " + request.id() + ": not found");
    return task;
  }

  private static TaskProcess process(Task task, String execId) {
    if (execId.isEmpty()) return task.init;
    var added = task.added.get(execId);
    if (added == null)
      throw new TtrpcException(TtrpcStatus.NOT_FOUND, "process " + execId + ": not found");
    return added.process();
  }

  private byte[] create(TtrpcCall call) throws IOException {
    var in = new ProtoReader(call.payload());
    String[] texts = {"", "", "", "", "", "", "", "", ""};
    boolean terminal = false;
    while (in.next()) {
      switch (in.field()) {
        case 1, 2, 5, 6, 7, 8 -> texts[in.field()] = in.string();
        case 4 -> terminal = in.bool();
        default -> {}
      }
    }
    String namespace = Request.of(withId(call, texts[1])).namespace();
    String key = namespace + "/" + texts[1];
    if (!texts[8].isEmpty())
      throw new TtrpcException(
          TtrpcStatus.FAILED_PRECONDITION, "a confidential container has no checkpoints");
    if (terminal)
      throw new TtrpcException(
          TtrpcStatus.FAILED_PRECONDITION,
          "terminals are not supported yet; run the container without one");
    if (tasks.containsKey(key) || !creating.add(key))
      throw new TtrpcException(TtrpcStatus.ALREADY_EXISTS, "container " + texts[1]);
    try {
      return created(namespace, texts[1], Path.of(texts[2]), texts);
    } finally {
      creating.remove(key);
    }
  }

  /** Create has other fields than the rest, but the same id and metadata. */
  private static TtrpcCall withId(TtrpcCall call, String id) {
    return new TtrpcCall(
        call.service(),
        call.method(),
        new ProtoWriter().string(1, id).toBytes(),
        call.timeout(),
        call.metadata());
  }

  private byte[] created(String namespace, String id, Path bundle, String[] texts)
      throws IOException {
    Body body = granted(pods.body(namespace, id, bundle));
    var stdio = new Stdio(texts[5], texts[6], texts[7]);
    var init = new TaskProcess("", stdio);
    long pid;
    try {
      pid = granted(body.create(stdio.open()));
      var task = new Task(namespace, id, bundle, body, init);
      tasks.put(namespace + "/" + id, task);
      init.follow(pid, () -> exited(task, init));
    } catch (RuntimeException e) {
      stdio.close();
      tasks.remove(namespace + "/" + id);
      quietly(body::remove);
      throw e;
    }
    var io = new ProtoWriter().string(1, texts[5]).string(2, texts[6]).string(3, texts[7]);
    publish(
        namespace,
        id,
        "create",
        "TaskCreate",
        new ProtoWriter().string(1, id).string(2, bundle.toString()).message(4, io).varint(6, pid));
    return new ProtoWriter().varint(1, pid).toBytes();
  }

  private static void quietly(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "stage=cleanup outcome=fault reason=\"" + e + "\"");
    }
  }

  private static <T> T granted(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Granted<T>(var value) -> value;
      case Outcome.Refused<T>(var reasons) ->
          throw new TtrpcException(TtrpcStatus.FAILED_PRECONDITION, reasons.getFirst().toString());
    };
  }

  private void publish(String namespace, String id, String topic, String type, ProtoWriter event) {
    String address = addresses.getOrDefault(namespace + "/" + id, "");
    events.publish(address, namespace, "/tasks/" + topic, type, event);
  }

  private void exited(Task task, TaskProcess process) {
    var exit = process.ended().orElseThrow();
    String id = process.execId.isEmpty() ? task.id : process.execId;
    publish(
        task.namespace,
        task.id,
        "exit",
        "TaskExit",
        new ProtoWriter()
            .string(1, task.id)
            .string(2, id)
            .varint(3, process.pid())
            .varint(4, exit.status())
            .message(5, exit.time()));
  }

  private byte[] start(TtrpcCall call) {
    var request = Request.of(call);
    Task task = task(request);
    TaskProcess process = process(task, request.execId());
    if (process.status() != TaskProcess.Status.CREATED)
      throw new TtrpcException(
          TtrpcStatus.FAILED_PRECONDITION, "cannot start a process that is not just created");
    if (request.execId().isEmpty()) {
      process.status(TaskProcess.Status.RUNNING);
      granted(task.body.start());
      publish(
          task.namespace,
          task.id,
          "start",
          "TaskStart",
          new ProtoWriter().string(1, task.id).varint(2, process.pid()));
    } else {
      startAdded(task, process);
    }
    return new ProtoWriter().varint(1, process.pid()).toBytes();
  }

  private void startAdded(Task task, TaskProcess process) {
    var added = task.added.get(process.execId);
    if (added == null || task.init.status() == TaskProcess.Status.STOPPED) {
      process.end(KILLED);
      throw new TtrpcException(
          TtrpcStatus.FAILED_PRECONDITION, "the container's init process is not running");
    }
    try {
      long pid =
          task.body
              .runc()
              .exec(
                  task.id,
                  task.body.work(),
                  process.execId,
                  added.description(),
                  process.stdio.open());
      publish(
          task.namespace,
          task.id,
          "exec-started",
          "TaskExecStarted",
          new ProtoWriter().string(1, task.id).string(2, process.execId).varint(3, pid));
      process.status(TaskProcess.Status.RUNNING);
      process.follow(pid, () -> exited(task, process));
    } catch (RuntimeException e) {
      process.end(KILLED);
      throw e;
    }
  }

  private byte[] state(TtrpcCall call) {
    var request = Request.of(call);
    Task task = task(request);
    TaskProcess process = process(task, request.execId());
    var answer =
        new ProtoWriter()
            .string(1, request.execId().isEmpty() ? task.id : request.execId())
            .string(2, task.bundle.toString())
            .varint(3, process.pid())
            .varint(4, process.status().number)
            .string(5, process.stdio.in())
            .string(6, process.stdio.out())
            .string(7, process.stdio.err());
    process.ended().ifPresent(exit -> answer.varint(9, exit.status()).message(10, exit.time()));
    return answer.string(11, request.execId()).toBytes();
  }

  private byte[] delete(TtrpcCall call) {
    var request = Request.of(call);
    Task task = task(request);
    TaskProcess process = process(task, request.execId());
    if (process.status() == TaskProcess.Status.RUNNING)
      throw new TtrpcException(TtrpcStatus.FAILED_PRECONDITION, "cannot delete a running process");
    if (!request.execId().isEmpty()) {
      task.added.remove(request.execId());
      process.stdio.close();
      return deleted(process);
    }
    forget(task);
    return deleted(process);
  }

  private void forget(Task task) {
    tasks.remove(task.namespace + "/" + task.id);
    task.body.remove();
    try {
      var exit = task.init.exit().get(5, TimeUnit.SECONDS);
      publish(
          task.namespace,
          task.id,
          "delete",
          "TaskDelete",
          new ProtoWriter()
              .string(1, task.id)
              .varint(2, task.init.pid())
              .varint(3, exit.status())
              .message(4, exit.time()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      task.init.end(KILLED);
    }
    addresses.remove(task.namespace + "/" + task.id);
  }

  private static byte[] deleted(TaskProcess process) {
    var answer = new ProtoWriter().varint(1, process.pid());
    process.ended().ifPresent(exit -> answer.varint(2, exit.status()).message(3, exit.time()));
    return answer.toBytes();
  }

  /**
   * containerd's last word about a task ({@code delete} of the shim binary): whatever is left goes.
   * The answer's exit status when it was still there.
   */
  public Optional<Integer> cleanUp(String namespace, String id) {
    Task task = tasks.get(namespace + "/" + id);
    addresses.remove(namespace + "/" + id);
    if (task == null) return Optional.empty();
    forget(task);
    return task.init.ended().map(TaskProcess.Exit::status);
  }

  private byte[] pids(TtrpcCall call) {
    Task task = task(Request.of(call));
    var answer = new ProtoWriter();
    for (long pid : task.body.runc().processes(task.id)) {
      var info = new ProtoWriter().varint(1, pid);
      for (var added : task.added.values()) {
        if (added.process().pid() == pid) {
          byte[] details = new ProtoWriter().string(1, added.process().execId).toBytes();
          info.message(2, new ProtoWriter().string(1, DETAILS).bytes(2, details));
        }
      }
      answer.message(1, info);
    }
    return answer.toBytes();
  }

  private byte[] pause(TtrpcCall call, boolean pause) {
    Task task = task(Request.of(call));
    if (pause) task.body.runc().pause(task.id);
    else task.body.runc().resume(task.id);
    task.init.status(pause ? TaskProcess.Status.PAUSED : TaskProcess.Status.RUNNING);
    publish(
        task.namespace,
        task.id,
        pause ? "paused" : "resumed",
        pause ? "TaskPaused" : "TaskResumed",
        new ProtoWriter().string(1, task.id));
    return empty();
  }

  private byte[] kill(TtrpcCall call) {
    var request = Request.of(call);
    var in = new ProtoReader(call.payload());
    int signal = 15;
    boolean all = false;
    while (in.next()) {
      if (in.field() == 3) signal = in.int32();
      if (in.field() == 4) all = in.bool();
    }
    Task task = task(request);
    TaskProcess process = process(task, request.execId());
    if (process.status() == TaskProcess.Status.STOPPED)
      throw new TtrpcException(TtrpcStatus.NOT_FOUND, "process already finished: not found");
    if (process.pid() == 0)
      throw new TtrpcException(TtrpcStatus.FAILED_PRECONDITION, "process not created");
    if (request.execId().isEmpty()) {
      try {
        task.body.runc().kill(task.id, signal, all);
      } catch (RuncException e) {
        if (!e.gone()) throw e;
        throw new TtrpcException(TtrpcStatus.NOT_FOUND, "process already finished: not found");
      }
    } else {
      try (var child = dev.theca.linux.ChildProcess.hold(process.pid())) {
        if (!child.signal(signal))
          throw new TtrpcException(TtrpcStatus.NOT_FOUND, "process already finished: not found");
      }
    }
    return empty();
  }

  private byte[] exec(TtrpcCall call) {
    var request = Request.of(call);
    var in = new ProtoReader(call.payload());
    String[] texts = {"", "", "", "", "", "", ""};
    byte[] description = {};
    boolean terminal = false;
    while (in.next()) {
      switch (in.field()) {
        case 3 -> terminal = in.bool();
        case 4, 5, 6 -> texts[in.field()] = in.string();
        case 7 -> {
          var any = in.message();
          while (any.next()) if (any.field() == 2) description = any.bytes();
        }
        default -> {}
      }
    }
    Task task = task(request);
    if (terminal)
      throw new TtrpcException(
          TtrpcStatus.FAILED_PRECONDITION, "terminals are not supported yet; exec without one");
    if (task.init.status() != TaskProcess.Status.RUNNING)
      throw new TtrpcException(
          TtrpcStatus.FAILED_PRECONDITION, "the container's init process is not running");
    JsonObject process = granted(Json.object(description));
    granted(task.body.mayExec(process.strings("args").orElse(List.of())));
    if (!request.execId().matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}"))
      throw new TtrpcException(TtrpcStatus.INVALID_ARGUMENT, "exec id");
    var added =
        new Task.Added(
            new TaskProcess(request.execId(), new Stdio(texts[4], texts[5], texts[6])),
            description);
    if (task.added.putIfAbsent(request.execId(), added) != null)
      throw new TtrpcException(TtrpcStatus.ALREADY_EXISTS, "process " + request.execId());
    publish(
        task.namespace,
        task.id,
        "exec-added",
        "TaskExecAdded",
        new ProtoWriter().string(1, task.id).string(2, request.execId()));
    return empty();
  }

  private byte[] closeIo(TtrpcCall call) {
    var request = Request.of(call);
    process(task(request), request.execId()).stdio.closeInput();
    return empty();
  }

  private byte[] update(TtrpcCall call) throws IOException {
    Task task = task(Request.of(call));
    var in = new ProtoReader(call.payload());
    byte[] resources = {};
    while (in.next()) {
      if (in.field() != 2) continue;
      var any = in.message();
      while (any.next()) if (any.field() == 2) resources = any.bytes();
    }
    Path file = Files.write(task.body.work().resolve("resources.json"), resources);
    try {
      task.body.runc().update(task.id, file);
    } finally {
      Files.delete(file);
    }
    return empty();
  }

  private byte[] await(TtrpcCall call) throws InterruptedException {
    var request = Request.of(call);
    var process = process(task(request), request.execId());
    try {
      var exit = process.exit().get();
      return new ProtoWriter().varint(1, exit.status()).message(2, exit.time()).toBytes();
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException("an exit that failed", e);
    }
  }

  private byte[] stats(TtrpcCall call) {
    Task task = task(Request.of(call));
    return CgroupStats.of(task.init.pid())
        .map(any -> new ProtoWriter().message(1, any).toBytes())
        .orElseThrow(
            () -> new TtrpcException(TtrpcStatus.NOT_FOUND, "the container's cgroup: not found"));
  }

  private byte[] connect(TtrpcCall call) {
    var request = Request.of(call);
    Task task = tasks.get(request.key());
    return new ProtoWriter()
        .varint(1, ProcessHandle.current().pid())
        .varint(2, task == null ? 0 : task.init.pid())
        .string(3, "theca")
        .toBytes();
  }
}
