package dev.theca.node.pod;

import dev.theca.node.runc.Runc;
import dev.theca.node.runc.Streams;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.launch.LaunchClient.HostInputs;
import dev.theca.wire.nodeagent.ExecUser;
import dev.theca.wire.nodeagent.PrepareRequest;
import dev.theca.wire.nodeagent.Prepared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

/**
 * A confidential container. The agent prepares its sealed volume, a mount server enclave of its own
 * serves it, and the workload starts inside with what the agent granted; containerd's configuration
 * contributes namespaces, limits and devices, never the program.
 */
final class ContainerBody implements Body {
  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final Duration PREPARE = Duration.ofMinutes(10);

  private static final Executor OWN = work -> Thread.ofVirtual().name("prepare").start(work);

  /** The mount server looks for this file, and asks for its grant when it is there. */
  private static final String GO = "go";

  private final Pods pods;
  private final Pod pod;
  private final String id;
  private final Spec spec;
  private Optional<Enclave> server = Optional.empty();

  ContainerBody(Pods pods, Pod pod, String id, Spec spec) {
    this.pods = pods;
    this.pod = pod;
    this.id = id;
    this.spec = spec;
  }

  @Override
  public Outcome<Long> create(Streams streams) {
    var supported = supported();
    if (!supported.isGranted()) return supported.then(yes -> Outcome.granted(0L));
    Pod.privateFolder(work());
    Pod.privateFolder(work().resolve("mnt"));
    Pod.privateFolder(work().resolve("start"));
    Pod.privateFolder(volume());
    var preparing = CompletableFuture.supplyAsync(() -> pod.client().prepare(wish(), PREPARE), OWN);
    return server()
        .then(launched -> prepared(preparing, launched))
        .map(
            yes -> {
              try {
                workload().write(work());
                return pod.runc.create(id, work(), streams);
              } catch (IOException e) {
                throw new UncheckedIOException("cannot write the container's configuration", e);
              }
            });
  }

  /** What native mode cannot do yet is said, not left out. */
  private Outcome<Boolean> supported() {
    if (spec.process().bool("terminal").orElse(false))
      return unsupported("terminal", "none", "one", "run it without a terminal");
    if (spec.readOnlyRoot())
      return unsupported(
          "root file system", "writable", "read-only", "remove readOnlyRootFilesystem");
    return Outcome.granted(true);
  }

  private static Outcome<Boolean> unsupported(
      String what, String expected, String found, String next) {
    return Outcome.refused(
        Code.of("container-unsupported"), what + " of the container", expected, found, next);
  }

  private PrepareRequest wish() {
    JsonObject process = spec.process();
    return new PrepareRequest(
        id,
        spec.cri("image-name").orElse(""),
        "",
        process.strings("args").orElse(List.of()),
        process.strings("env").orElse(List.of()),
        process.string("cwd").orElse(""),
        "");
  }

  /** The mount server boots while the agent prepares; it waits for {@link #GO}. */
  private Outcome<Enclave> server() {
    var inputs =
        new HostInputs(
            Map.of(
                "/run/theca/handover", pod.agentFolder().toString(),
                "/var/lib/theca/volumes", volume().toString(),
                "/var/lib/theca/durable", pod.durable.toString(),
                "/run/theca/mnt", work().resolve("mnt").toString(),
                "/run/theca/start", work().resolve("start").toString()),
            Map.of(),
            Map.of("THECA_CONTAINER_ID", id),
            pods.besideCgroup(spec, "app"),
            "app");
    return Enclave.launch(
            pods.setup().platform(),
            pod.runc,
            Pod.shortId(id) + "-app",
            pods.setup().app(),
            "",
            inputs,
            work().resolve("app.log"))
        .map(
            launched -> {
              server = Optional.of(launched);
              return launched;
            });
  }

  private Outcome<Boolean> prepared(
      CompletableFuture<Outcome<Prepared>> preparing, Enclave launched) {
    return outcome(preparing)
        .then(
            prepared -> {
              log(prepared);
              go();
              return launched.booted("mounted");
            })
        .map(
            mounted -> {
              mounted.whenLost(this::endWorkload);
              return true;
            });
  }

  private static Outcome<Prepared> outcome(CompletableFuture<Outcome<Prepared>> preparing) {
    try {
      return preparing.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PodFault("interrupted while the agent prepared");
    } catch (ExecutionException e) {
      throw new PodFault("the agent could not prepare the container: " + e.getCause());
    }
  }

  private void log(Prepared prepared) {
    LOG.log(
        System.Logger.Level.INFO,
        "stage=prepare container="
            + id
            + " outcome=granted manifest="
            + prepared.manifestDigest()
            + " ms="
            + prepared.stages());
  }

  /** A hint and no more: an early one only makes the agent refuse. */
  private void go() {
    try {
      Files.createFile(work().resolve("start").resolve(GO));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tell the mount server to go on", e);
    }
  }

  /** A workload whose file system is gone must not go on. */
  private void endWorkload() {
    try {
      pod.runc.kill(id, 9, true);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "the workload had ended: " + e.getMessage());
    }
  }

  private Spec workload() {
    var root = JsonObject.builder().put("uid", 0).put("gid", 0).build();
    return spec.root(work().resolve("mnt/rootfs"), false)
        .process(
            Map.of(
                "args", JsonArray.of("/.theca/start"),
                "env", JsonArray.of("PATH=/usr/bin:/bin"),
                "cwd", Spec.text("/"),
                "user", Spec.merged(root, Map.of("umask", JsonNumber.of(022))),
                "terminal", new JsonBool(false)))
        .bind(work().resolve("start"), "/.theca/sock");
  }

  @Override
  public Outcome<Boolean> start() {
    pod.runc.start(id);
    return Outcome.granted(true);
  }

  @Override
  public Outcome<JsonObject> exec(JsonObject process) {
    var command = process.strings("args").orElse(List.of());
    return pod.client()
        .exec(id, command)
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

  @Override
  public void remove() {
    pod.runc.delete(id);
    server.ifPresent(Enclave::stop);
    server = Optional.empty();
    try {
      pod.client().release(id);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "the agent forgot nothing: " + e.getMessage());
    }
    Pod.delete(work());
    Pod.delete(volume());
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
