package dev.theca.node.task;

import dev.theca.node.pod.PodFault;
import dev.theca.node.pod.Pods;
import dev.theca.node.runc.RuncException;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.ttrpc.TtrpcCall;
import dev.theca.wire.ttrpc.TtrpcServer;
import dev.theca.wire.ttrpc.TtrpcStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * containerd's Task service, versions 2 and 3 (the messages are the same). One server for all pods
 * of the node; a request names its container by the namespace in its metadata and its id.
 */
public final class TaskService {
  private static final List<String> SERVICES =
      List.of("containerd.task.v2.Task", "containerd.task.v3.Task");
  private static final String DETAILS = "containerd.runc.v1.ProcessDetails";

  private final Tasks tasks = new Tasks();
  private final ExecCalls execs = new ExecCalls(tasks);
  private final Lifecycle lifecycle;

  public TaskService(Pods pods) {
    this.lifecycle = new Lifecycle(tasks, pods);
  }

  /** Remembers where to send the events of a task that is about to be created. */
  public void announce(String namespace, String id, String ttrpcAddress) {
    tasks.announce(namespace + "/" + id, ttrpcAddress);
  }

  /**
   * containerd's last word about a task ({@code delete} of the shim binary): whatever is left goes.
   * Its exit status when it was still there.
   */
  public Optional<Integer> cleanUp(String namespace, String id) {
    return lifecycle.cleanUp(namespace + "/" + id);
  }

  /** Handlers for a ttRPC server. */
  public Map<String, TtrpcServer.Handler> handlers() {
    var methods = new HashMap<String, TtrpcServer.Handler>();
    methods.put("Create", lifecycle::create);
    methods.put("Start", this::start);
    methods.put("State", this::state);
    methods.put("Delete", lifecycle::delete);
    methods.put("Pids", this::pids);
    methods.put("Pause", call -> lifecycle.pause(call, true));
    methods.put("Resume", call -> lifecycle.pause(call, false));
    methods.put("Kill", lifecycle::kill);
    methods.put("Exec", execs::exec);
    methods.put("ResizePty", call -> Answers.EMPTY);
    methods.put("CloseIO", this::closeIo);
    methods.put("Update", this::update);
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
        throw Answers.error(TtrpcStatus.UNKNOWN, String.valueOf(e.getMessage()));
      }
    };
  }

  private byte[] start(TtrpcCall call) {
    var request = TaskRequest.of(call);
    Task task = tasks.find(request);
    TaskProcess process = Tasks.process(task, request.execId());
    if (process.status() != TaskProcess.Status.CREATED)
      throw Answers.precondition("cannot start a process that is not just created");
    if (request.execId().isEmpty()) lifecycle.start(task);
    else execs.start(task, process);
    return new ProtoWriter().varint(1, process.pid()).toBytes();
  }

  private byte[] state(TtrpcCall call) {
    var request = TaskRequest.of(call);
    Task task = tasks.find(request);
    TaskProcess process = Tasks.process(task, request.execId());
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

  private byte[] pids(TtrpcCall call) {
    Task task = tasks.find(TaskRequest.of(call));
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

  private byte[] closeIo(TtrpcCall call) {
    tasks.process(TaskRequest.of(call)).stdio.closeInput();
    return Answers.EMPTY;
  }

  private byte[] update(TtrpcCall call) throws IOException {
    Task task = tasks.find(TaskRequest.of(call));
    var in = new ProtoReader(call.payload());
    byte[] resources = {};
    while (in.next()) if (in.field() == 2) resources = ExecCalls.value(in.message());
    Path file = Files.write(task.body.work().resolve("resources.json"), resources);
    try {
      task.body.runc().update(task.id, file);
    } finally {
      Files.delete(file);
    }
    return Answers.EMPTY;
  }

  private byte[] stats(TtrpcCall call) {
    Task task = tasks.find(TaskRequest.of(call));
    return CgroupStats.of(task.init.pid())
        .map(any -> new ProtoWriter().message(1, any).toBytes())
        .orElseThrow(() -> Answers.missing("the container's cgroup"));
  }

  /** Must succeed for a task that nobody knows: containerd asks so whether we live. */
  private byte[] connect(TtrpcCall call) {
    long pid = tasks.lookUp(TaskRequest.of(call).key()).map(task -> task.init.pid()).orElse(0L);
    return new ProtoWriter()
        .varint(1, ProcessHandle.current().pid())
        .varint(2, pid)
        .string(3, "theca")
        .toBytes();
  }
}
