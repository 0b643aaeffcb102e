package dev.theca.node.pod;

import dev.theca.node.runc.Runc;
import dev.theca.node.runc.Streams;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.nodeagent.ExecUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A confidential container. The agent prepares its sealed volume, a mount server enclave of its own
 * serves it, and the workload starts inside with what the agent granted; containerd's configuration
 * contributes namespaces, limits and devices, never the program.
 */
final class ContainerBody implements Body {
  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final int SIGKILL = 9;

  private final Pods pods;
  private final Pod pod;
  private final String namespace;
  private final String id;
  private final Spec spec;
  private final Marks marks;
  private final Preparing preparing;
  private final MountServer server;
  private final ReentrantLock removing = new ReentrantLock();
  private boolean removed;

  ContainerBody(Pods pods, Pod pod, String namespace, String id, Spec spec) {
    this.pods = pods;
    this.pod = pod;
    this.namespace = namespace;
    this.id = id;
    this.spec = spec;
    this.marks = new Marks(pods.manner().stages(), pod.sandboxId, id);
    this.preparing = new Preparing(pod, id, pods.manner().patience(), marks);
    this.server = new MountServer(pods, pod, id, marks);
  }

  /** Goes on with the mount server that the pod's former daemon left. */
  static Outcome<Body> goOn(
      Pods pods, Pod pod, String namespace, String id, Spec spec, JsonObject left) {
    var body = new ContainerBody(pods, pod, namespace, id, spec);
    boolean unused = body.server.settle();
    pods.manner().roots().sealed(namespace, id, body.volume());
    return pod.fence
        .enter(body)
        .map(
            open -> {
              left.object("server").ifPresent(body::serve);
              return body;
            });
  }

  private void serve(JsonObject left) {
    server.goOn(left).whenLost(exit -> end(Preparing.serverLost(exit)));
  }

  @Override
  public Optional<Left> leave() {
    return Optional.of(server.leave(new Left(JsonObject.builder().build(), List.of())));
  }

  @Override
  public Outcome<Long> create(Streams streams) {
    return pod.fence
        .enter(this)
        .then(
            open -> {
              Pod.privateFolder(work());
              Pod.privateFolder(work().resolve("mnt"));
              Pod.privateFolder(work().resolve("start"));
              Pod.privateFolder(volume());
              pods.manner().roots().sealed(namespace, id, volume());
              preparing.begin(
                  Wish.of(id, spec, pod.spec, () -> pods.manner().roots().image(namespace, id)));
              return server.launch(spec, work(), volume());
            })
        .then(launched -> preparing.await().then(done -> mounted(launched)))
        .then(mounted -> made(streams))
        .then(pid -> server.settle() ? Outcome.granted(pid) : server.cancelled());
  }

  private Outcome<Long> made(Streams streams) {
    return marks.during(
        "container-create",
        () -> {
          try {
            workload().write(work());
            return Outcome.granted(pod.runc.create(id, work(), streams));
          } catch (IOException e) {
            throw new UncheckedIOException("cannot write the container's configuration", e);
          }
        });
  }

  @Override
  public void cancel() {
    server.cancel(preparing::cancel);
  }

  private Outcome<Boolean> mounted(Enclave launched) {
    preparing.tell(work().resolve("start"));
    return launched
        .booted("mounted")
        .map(
            mounted -> {
              mounted.whenLost(exit -> end(Preparing.serverLost(exit)));
              return true;
            });
  }

  /** A workload whose file system or agent is gone must not go on; its user learns why. */
  void end(Refusal why) {
    marks.begin("fence").with("reason", why.toString()).granted();
    TerminationMessage.write(spec, why.toString());
    cancel();
    try {
      pod.runc.kill(id, SIGKILL, true);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "the workload had ended: " + e.getMessage());
    }
  }

  private Spec workload() {
    boolean terminal = spec.process().bool("terminal").orElse(false);
    var root = JsonObject.builder().put("uid", 0).put("gid", 0).build();
    return spec.withoutImageVolumes(id)
        .root(work().resolve("mnt/rootfs"), spec.readOnlyRoot())
        .process(
            Map.of(
                "args", JsonArray.of("/.theca/start"),
                "env", JsonArray.of("PATH=/usr/bin:/bin"),
                "cwd", Spec.text("/"),
                "user", Spec.merged(root, Map.of("umask", JsonNumber.of(022))),
                "terminal", new JsonBool(terminal)))
        .bind(work().resolve("start"), "/.theca/sock");
  }

  @Override
  public Outcome<Boolean> start() {
    return pod.fence
        .open()
        .then(
            open ->
                marks.during(
                    "container-start",
                    () -> {
                      pod.runc.start(id);
                      return Outcome.granted(true);
                    }));
  }

  @Override
  public Outcome<JsonObject> exec(JsonObject process) {
    var command = process.strings("args").orElse(List.of());
    return pod.fence
        .open()
        .then(open -> pod.client().exec(id, command))
        .map(user -> Spec.merged(process, Map.of("user", json(user))));
  }

  /** containerd knows the user of a placeholder only; the agent knows the image's. */
  private static JsonObject json(ExecUser user) {
    var groups = user.groups().stream().<JsonValue>map(JsonNumber::of).toList();
    return JsonObject.builder()
        .put("uid", user.uid())
        .put("gid", user.gid())
        .put("additionalGids", new JsonArray(groups))
        .build();
  }

  /** Also by its pod, whose mount namespace the runtime needs for it; the first does it. */
  @Override
  public void remove() {
    cancel();
    removing.lock();
    try {
      if (removed) return;
      Undoing.all(
          () -> pod.runc.delete(id),
          server::stop,
          preparing::forget,
          () -> Pod.delete(work()),
          () -> Pod.delete(volume()),
          () -> pods.manner().roots().forget(namespace, id));
      removed = true;
      pod.fence.leave(this);
    } finally {
      removing.unlock();
    }
  }

  @Override
  public Undo undo() {
    return new Undo(List.of(server.id()), List.of(), List.of(work(), volume()));
  }

  private Path volume() {
    return pod.volumes.resolve(id);
  }

  @Override
  public Runc runc() {
    return pod.runc;
  }

  @Override
  public Path work() {
    return pod.folder.resolve(Pod.shortId(id));
  }
}
