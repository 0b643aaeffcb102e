package dev.theca.node.task;

import dev.theca.node.control.ShimCalls;
import dev.theca.node.control.ShimTasks;
import dev.theca.node.io.Kept;
import dev.theca.node.pod.Bodies;
import dev.theca.node.pod.Left;
import dev.theca.node.pod.PodFault;
import dev.theca.node.runc.RuncException;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.rpc.RpcStatus;
import dev.theca.wire.ttrpc.TtrpcCall;
import dev.theca.wire.ttrpc.TtrpcServer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * containerd's Task service, versions 2 and 3 (the messages are the same). One server for all pods
 * of a handler; a request names its container by the namespace in its metadata and its id.
 */
public final class TaskService {
  private static final List<String> SERVICES =
      List.of("containerd.task.v2.Task", "containerd.task.v3.Task");
  private static final String DETAILS = "containerd.runc.v1.ProcessDetails";

  private final Tasks tasks;
  private final Creation creation;
  private final ExecCalls execs;
  private final Lifecycle lifecycle;
  private final Deletion deletion;
  private final Adoption adoption;

  /**
   * {@code terminals} is a folder with a short path, for root only; {@code index} one where it is
   * written down which tasks there are.
   */
  public TaskService(Bodies bodies, Common common, Path terminals, Path index) {
    var known = new TaskIndex(index);
    tasks = new Tasks(common, known);
    var endings = new Endings(tasks);
    adoption = new Adoption(tasks, bodies, endings, known);
    creation = new Creation(tasks, bodies, endings, terminals);
    execs = new ExecCalls(tasks, endings, terminals);
    lifecycle = new Lifecycle(tasks);
    deletion = new Deletion(tasks, lifecycle);
  }

  /** Remembers what the shim's start call said of a task that is about to be created. */
  void announce(String namespace, String id, Announced what) {
    tasks.announce(namespace + "/" + id, what);
  }

  /**
   * containerd's last word about a task ({@code delete} of the shim binary): whatever is left goes,
   * of a sandbox the whole pod. How it ended when it was still there.
   */
  Optional<ShimTasks.Ended> cleanUp(String namespace, String id) {
    creation.cancel(namespace + "/" + id);
    return deletion.cleanUp(namespace, id);
  }

  /**
   * Takes over the tasks of a daemon that ended, before anybody asks. What is known of a process's
   * streams beside their names comes from {@code kept}, by {@link #name}, and what their bodies
   * left from {@code left}, by namespace and id. What was begun and is no task yet is ended by
   * {@code remains}.
   */
  public void adopt(
      Map<String, Kept> kept, Map<String, JsonObject> left, ShimCalls.Remains remains) {
    adoption.adopt(kept, left, remains);
  }

  /** What stands behind the tasks, by namespace and id; after {@link #leave}. */
  public Map<String, Left> bodies() {
    return adoption.bodies();
  }

  /** Whether every end that was seen has been told. */
  public boolean isSettled() {
    return adoption.isSettled();
  }

  /**
   * Leaves every task to the next program in this process; the streams of each process. For a
   * service that is at rest and settled, after {@code Exits.freeze}.
   */
  public Map<String, Kept> leave() {
    return adoption.leave();
  }

  /** What a process is called between programs. */
  static String name(Task task, TaskProcess process) {
    return task.key() + "/" + process.execId;
  }

  /** How many tasks there are. */
  public int size() {
    return tasks.all().size();
  }

  /** Ends tasks that containerd has forgotten; to be called now and then. */
  public void sweep() {
    deletion.sweep();
  }

  /** Ends every task; for the end of the daemon. */
  public void removeAll() {
    deletion.removeAll();
  }

  /** Who kills or deletes a container that is only being created wants no creation. */
  private TtrpcCall uncreated(TtrpcCall call) {
    var request = tasks.request(call);
    if (request.execId().isEmpty()) creation.cancel(request.key());
    return call;
  }

  /** Handlers for a ttRPC server. */
  public Map<String, TtrpcServer.Handler> handlers() {
    var methods = new HashMap<String, TtrpcServer.Handler>();
    methods.put("Create", creation::create);
    methods.put("Start", this::start);
    methods.put("State", this::state);
    methods.put("Delete", call -> deletion.delete(uncreated(call)));
    methods.put("Pids", this::pids);
    methods.put("Pause", lifecycle::pause);
    methods.put("Resume", lifecycle::resume);
    methods.put("Checkpoint", this::checkpoint);
    methods.put("Kill", call -> lifecycle.kill(uncreated(call)));
    methods.put("Exec", execs::exec);
    methods.put("ResizePty", this::resizePty);
    methods.put("CloseIO", this::closeIo);
    methods.put("Update", lifecycle::update);
    methods.put("Wait", lifecycle::await);
    methods.put("Stats", this::stats);
    methods.put("Connect", this::connect);
    methods.put("Shutdown", call -> Answers.EMPTY);
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
        throw Answers.unknown(String.valueOf(e.getMessage()));
      } catch (IllegalArgumentException e) {
        throw Answers.error(RpcStatus.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
      }
    };
  }

  private byte[] start(TtrpcCall call) {
    var request = tasks.request(call);
    Task task = tasks.find(request);
    TaskProcess process = Tasks.process(task, request.execId());
    if (request.execId().isEmpty()) lifecycle.start(task);
    else execs.start(task, process);
    return new ProtoWriter().varint(1, process.pid()).toBytes();
  }

  private byte[] state(TtrpcCall call) {
    var request = tasks.request(call);
    Task task = tasks.find(request);
    TaskProcess process = Tasks.process(task, request.execId());
    Status status = process.status();
    if (status == Status.RUNNING && task.init.status() == Status.PAUSED) status = Status.PAUSED;
    var answer =
        new ProtoWriter()
            .string(1, request.execId().isEmpty() ? task.id() : request.execId())
            .string(2, task.request.bundle().toString())
            .varint(3, process.pid())
            .varint(4, status.number)
            .string(5, process.stdio.in())
            .string(6, process.stdio.out())
            .string(7, process.stdio.err())
            .bool(8, process.stdio.terminal());
    answer
        .varint(9, process.ended().map(Exit::status).orElse(0))
        .message(10, process.ended().map(Exit::time).orElseGet(Exit::never));
    return answer.string(11, request.execId()).toBytes();
  }

  private byte[] pids(TtrpcCall call) {
    Task task = tasks.find(tasks.request(call));
    var answer = new ProtoWriter();
    for (long pid : task.body.runc().processes(task.id())) {
      var info = new ProtoWriter().varint(1, pid);
      for (TaskProcess added : task.added.values()) {
        if (added.pid() == pid) {
          byte[] details = new ProtoWriter().string(1, added.execId).toBytes();
          info.message(2, new ProtoWriter().string(1, DETAILS).bytes(2, details));
        }
      }
      answer.message(1, info);
    }
    return answer.toBytes();
  }

  private byte[] checkpoint(TtrpcCall call) {
    Task task = tasks.find(tasks.request(call));
    throw Answers.error(
        RpcStatus.UNIMPLEMENTED,
        "checkpoints of containers are not supported, also of " + task.id());
  }

  private byte[] resizePty(TtrpcCall call) {
    var in = new ProtoReader(call.payload());
    int columns = 0;
    int rows = 0;
    while (in.next()) {
      if (in.field() == 3) columns = in.int32();
      if (in.field() == 4) rows = in.int32();
    }
    var io = tasks.process(tasks.request(call)).io();
    if (io.isPresent()) io.get().resize(columns, rows);
    return Answers.EMPTY;
  }

  private byte[] closeIo(TtrpcCall call) {
    var in = new ProtoReader(call.payload());
    boolean input = false;
    while (in.next()) if (in.field() == 3) input = in.bool();
    var io = tasks.process(tasks.request(call)).io();
    if (input && io.isPresent()) io.get().closeInput();
    return Answers.EMPTY;
  }

  private byte[] stats(TtrpcCall call) {
    Task task = tasks.find(tasks.request(call));
    return task.consumption
        .metrics()
        .map(any -> new ProtoWriter().message(1, any).toBytes())
        .orElseThrow(() -> Answers.missing("the container's cgroup"));
  }

  /** Must succeed for a task that nobody knows: containerd asks so whether we live. */
  private byte[] connect(TtrpcCall call) {
    var asked = TaskRequest.of(call);
    boolean known = !asked.namespace().isEmpty() || tasks.isAnnounced(asked.id());
    long pid =
        known ? tasks.lookUp(tasks.request(call).key()).map(task -> task.init.pid()).orElse(0L) : 0;
    return new ProtoWriter()
        .varint(1, ProcessHandle.current().pid())
        .varint(2, pid)
        .string(3, "theca")
        .toBytes();
  }
}
