package dev.theca.node.pod;

import dev.theca.node.runc.Runc;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.nodeagent.AgentClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A pod's folders, its mount namespace and its agent. Folders are for root only. */
final class Pod {
  /** Names of Kubernetes (RFC 1123 subdomains); no other makes a folder. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

  final String sandboxId;
  final Path folder;
  final Path volumes;
  final Path durable;
  final Runc runc;
  final Spec spec;
  final Fence fence = new Fence();
  private final MountNamespace namespace;
  private Optional<Enclave> agent = Optional.empty();
  private Optional<AgentClient> client = Optional.empty();
  private boolean removed;

  private Pod(
      String sandboxId,
      Path folder,
      Path volumes,
      Path durable,
      Runc runc,
      Spec spec,
      MountNamespace namespace) {
    this.sandboxId = sandboxId;
    this.folder = folder;
    this.volumes = volumes;
    this.durable = durable;
    this.runc = runc;
    this.spec = spec;
    this.namespace = namespace;
  }

  /** Makes the folders and the namespace of a sandbox. */
  static Pod make(String sandboxId, Path run, Path state, Path launcher, Runc runc, Spec spec) {
    return make(sandboxId, run, state, launcher, runc, spec, Optional.empty());
  }

  /** Goes on with a pod that was left. */
  static Pod goOn(
      String sandboxId,
      Path run,
      Path state,
      Path launcher,
      Runc runc,
      Spec spec,
      JsonObject left) {
    return make(sandboxId, run, state, launcher, runc, spec, Optional.of(left));
  }

  private static Pod make(
      String sandboxId,
      Path run,
      Path state,
      Path launcher,
      Runc runc,
      Spec spec,
      Optional<JsonObject> left) {
    Path folder = run.resolve("pods").resolve(shortId(sandboxId));
    Path volumes = state.resolve("volumes").resolve(shortId(sandboxId));
    privateFolder(folder);
    Path durable = durable(state, spec).orElse(volumes.resolve("durable"));
    privateFolder(volumes);
    privateFolder(durable);
    privateFolder(folder.resolve("agent"));
    var namespace =
        left.map(l -> MountNamespace.goOn(l.requireObject("namespace").orThrow()))
            .orElseGet(() -> MountNamespace.make(launcher, folder));
    return new Pod(
        sandboxId,
        folder,
        volumes,
        durable,
        runc.inside(launcher, namespace.pid()),
        spec,
        namespace);
  }

  /** What stays of a pod, by its name: the pod that takes its place finds it there. */
  private static Optional<Path> durable(Path state, Spec spec) {
    String name = spec.cri("sandbox-name").orElse("");
    String namespace = spec.cri("sandbox-namespace").orElse("");
    if (!NAME.matcher(name).matches() || !NAME.matcher(namespace).matches())
      return Optional.empty();
    return Optional.of(state.resolve("durable").resolve(namespace + "_" + name));
  }

  static String shortId(String id) {
    return id.substring(0, Math.min(16, id.length()));
  }

  /** The agent's name at the runtime. */
  String agentId() {
    return shortId(sandboxId) + "-agent";
  }

  Path agentFolder() {
    return folder.resolve("agent");
  }

  /** Takes over an agent that was launched; a pod that was removed meanwhile ends it. */
  void agent(Enclave launched) {
    synchronized (this) {
      if (!removed) {
        agent = Optional.of(launched);
        return;
      }
    }
    launched.stop();
    throw new PodFault("the pod was removed while it started");
  }

  /** What another program needs to go on with it. */
  synchronized Left leave() {
    var left =
        new Left(JsonObject.builder().build(), List.of()).with("namespace", namespace.leave());
    return agent.map(running -> left.with("agent", running.leave())).orElse(left);
  }

  /** The connection to the agent; a fault when there is none yet. */
  synchronized AgentClient client() {
    if (agent.isEmpty()) throw new PodFault("the pod's agent is not running");
    if (client.filter(c -> !c.ended()).isEmpty())
      client = Optional.of(AgentClient.connect(agentFolder().resolve("agent.sock")));
    return client.get();
  }

  /** Ends the agent and removes everything of the pod, also what is only being made. */
  void remove() {
    var members = fence.members().stream().<Runnable>map(m -> m::remove).toArray(Runnable[]::new);
    Undoing.all(() -> Undoing.all(members), this::removeItself);
  }

  private void removeItself() {
    Optional<Enclave> running;
    synchronized (this) {
      removed = true;
      running = agent;
      agent = Optional.empty();
    }
    Undoing.all(
        () -> running.ifPresent(Enclave::stop),
        this::disconnect,
        namespace::close,
        () -> delete(folder),
        () -> delete(volumes),
        () -> deleteIfEmpty(durable));
  }

  private synchronized void disconnect() {
    client.ifPresent(AgentClient::close);
    client = Optional.empty();
  }

  private static void deleteIfEmpty(Path folder) {
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      return; // volumes that stay
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }

  static void privateFolder(Path folder) {
    try {
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + folder, e);
    }
  }

  /** Deletes a tree of this daemon's own files; what is not there is no error. */
  static void delete(Path folder) {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) return;
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }
}
