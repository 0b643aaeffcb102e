package dev.theca.node.task;

import static dev.theca.node.task.Answers.granted;

import dev.theca.linux.ChildProcess;
import dev.theca.linux.Exits;
import dev.theca.node.events.Topic;
import dev.theca.node.io.IoSetup;
import dev.theca.node.io.ProcessIo;
import dev.theca.node.pod.Bodies;
import dev.theca.node.pod.Body;
import dev.theca.node.pod.BodyRequest;
import dev.theca.node.pod.Spec;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.rpc.RpcStatus;
import dev.theca.wire.ttrpc.TtrpcCall;
import dev.theca.wire.ttrpc.TtrpcException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Makes tasks. No lock is held meanwhile: an image may be pulled. What fails leaves nothing. */
final class Creation {
  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final int CANCEL_SECONDS = 4; // containerd gives a delete 5
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

  private final Tasks tasks;
  private final Bodies bodies;
  private final Endings endings;
  private final Path terminals;
  private final Map<String, Making> making = new ConcurrentHashMap<>();

  /** A body on its way, and when that is over. */
  private record Making(Body body, CountDownLatch over) {}

  Creation(Tasks tasks, Bodies bodies, Endings endings, Path terminals) {
    this.tasks = tasks;
    this.bodies = bodies;
    this.endings = endings;
    this.terminals = terminals;
  }

  byte[] create(TtrpcCall call) throws IOException {
    var request = CreateRequest.read(call.payload());
    String namespace = tasks.request(call).namespace();
    if (!ID.matcher(request.id()).matches())
      throw Answers.error(
          RpcStatus.INVALID_ARGUMENT, "a container's id is letters, digits, '_', '.' and '-'");
    if (request.fromCheckpoint())
      throw Answers.precondition("containers are not restored from checkpoints");
    String key = namespace + "/" + request.id();
    tasks.reserve(key);
    try {
      long pid = created(namespace, request);
      return new ProtoWriter().varint(1, pid).toBytes();
    } finally {
      tasks.unreserve(key);
    }
  }

  private long created(String namespace, CreateRequest request) throws IOException {
    var wanted =
        new BodyRequest(
            namespace,
            request.id(),
            request.bundle(),
            Spec.read(request.bundle()),
            request.rootfs(),
            request.options());
    var stage =
        tasks
            .stages()
            .begin("create")
            .pod(wanted.spec().group().orElse(wanted.id()))
            .container(wanted.id());
    try {
      long pid = made(wanted, request);
      stage.granted();
      return pid;
    } catch (TtrpcException e) {
      stage.refused(e.status().name());
      throw e;
    } catch (RuntimeException e) {
      stage.fault(e);
      throw e;
    }
  }

  private long made(BodyRequest wanted, CreateRequest request) {
    Body body = granted(bodies.body(wanted));
    var now = new Making(body, new CountDownLatch(1));
    String key = wanted.namespace() + "/" + wanted.id();
    making.put(key, now);
    try {
      return created(wanted, request, body);
    } finally {
      making.remove(key);
      now.over().countDown();
    }
  }

  /**
   * Ends the creation of a container and waits a while until everything of it is gone; nothing when
   * it is not being created.
   */
  void cancel(String key) {
    var now = making.get(key);
    if (now == null) return;
    now.body().cancel();
    try {
      boolean unused = now.over().await(CANCEL_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long created(BodyRequest wanted, CreateRequest request, Body body) {
    try {
      TaskFiles.prepare(wanted, body);
      tasks.begin(wanted);
      var io = ProcessIo.open(request.stdio(), setup(wanted));
      try {
        return task(wanted, request, body, io).init.pid();
      } catch (RuntimeException e) {
        io.close();
        throw e;
      }
    } catch (RuntimeException e) {
      undo(body);
      tasks.giveUp(wanted);
      throw e;
    }
  }

  private IoSetup setup(BodyRequest request) {
    var options = request.options();
    return new IoSetup(
        terminals, request.namespace(), request.id(), options.ioUid(), options.ioGid());
  }

  private Task task(BodyRequest wanted, CreateRequest request, Body body, ProcessIo io) {
    long pid = granted(body.create(io.streams()));
    io.started();
    var child = ChildProcess.hold(pid);
    try {
      return task(wanted, request, body, io, child);
    } catch (RuntimeException e) {
      var unused = Exits.of(child); // whoever undoes it ends it, and nobody else would collect it
      throw e;
    }
  }

  private Task task(
      BodyRequest wanted, CreateRequest request, Body body, ProcessIo io, ChildProcess child) {
    var init = TaskProcess.init(request.stdio(), io);
    init.runs(child);
    String group = wanted.spec().group().orElse(wanted.id());
    var announced = tasks.announced(wanted.namespace(), wanted.id(), group);
    var task = new Task(wanted, announced, body, init, Consumption.of(child.pid(), tasks.ooms()));
    tasks.add(task);
    try {
      TaskFiles.begin(task);
    } catch (RuntimeException e) {
      boolean unused = tasks.remove(task);
      throw e;
    }
    notes(task);
    tasks.publish(task, Topic.CREATE, event(task));
    endings.follow(task, init, child);
    return task;
  }

  /** The sandbox's notes name every container of the pod. */
  private void notes(Task task) {
    var group = tasks.group(task.namespace(), task.group());
    for (Task member : group) {
      if (!member.id().equals(task.group())) continue;
      var others = group.stream().filter(t -> t != member).map(Task::id).toList();
      TaskFiles.launch(member, others);
    }
  }

  private static ProtoWriter event(Task task) {
    var stdio = task.init.stdio;
    var event = Tasks.about(task).string(2, task.request.bundle().toString());
    for (var mount : task.request.rootfs()) event.message(3, mount.encode());
    return event
        .message(
            4,
            new ProtoWriter()
                .string(1, stdio.in())
                .string(2, stdio.out())
                .string(3, stdio.err())
                .bool(4, stdio.terminal()))
        .varint(6, task.init.pid());
  }

  private static void undo(Body body) {
    try {
      body.remove();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "stage=cleanup outcome=fault reason=\"" + e + "\"");
    }
  }
}
