package dev.theca.node.pod;

import dev.theca.linux.Mounts;
import dev.theca.node.runc.Runc;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.launch.LaunchClient;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The pods of this node, by namespace and sandbox. */
public final class Pods implements Bodies {
  /** What every pod is made from. {@code configId} is the digest of the init data, hex. */
  public record Setup(
      Path run,
      Path state,
      Path launcher,
      Runc runc,
      Path pauseRoot,
      Path emptyFile,
      LaunchClient platform,
      Path agentBundle,
      String agentContent,
      Path appBundle,
      String appContent,
      Path initDataFile,
      String configId) {
    Enclave.Imported agent() {
      return new Enclave.Imported(agentBundle, agentContent);
    }

    Enclave.Imported app() {
      return new Enclave.Imported(appBundle, appContent);
    }
  }

  private final Setup setup;
  private final Manner manner;
  private final Map<String, Pod> pods = new ConcurrentHashMap<>();

  public Pods(Setup setup) {
    this(setup, Manner.usual());
  }

  public Pods(Setup setup, Manner manner) {
    this.setup = setup;
    this.manner = manner;
  }

  Manner manner() {
    return manner;
  }

  /**
   * Removes what a daemon that died has left: its containers run on without anybody who could stop
   * them, and their keys are gone with their agents' peers.
   */
  public void removeLeftovers() {
    setup.runc().deleteAll();
    Path folders = setup.run().resolve("pods");
    Mounts.detachBelow(folders);
    Pod.delete(folders);
    Pod.delete(setup.state().resolve("volumes"));
  }

  Setup setup() {
    return setup;
  }

  /** What stands behind a new task: the bundle's annotations say whether it is a sandbox. */
  @Override
  public Outcome<Body> body(BodyRequest request) {
    String namespace = request.namespace();
    String id = request.id();
    Spec spec = request.spec();
    return switch (spec.cri("container-type").orElse("")) {
      case "sandbox" -> {
        Runc runc = setup.runc().with(request.options()).under(namespace);
        var pod = Pod.make(id, setup.run(), setup.state(), setup.launcher(), runc, spec);
        pods.put(namespace + "/" + id, pod);
        yield Outcome.granted(new SandboxBody(this, pod));
      }
      case "container" -> {
        String sandbox = spec.cri("sandbox-id").orElse("");
        Pod pod = pods.get(namespace + "/" + sandbox);
        yield pod == null
            ? refused(
                "pod of container " + id,
                "a sandbox of this daemon",
                "'" + sandbox + "'",
                "run the pod again")
            : Outcome.granted(new ContainerBody(this, pod, namespace, id, spec));
      }
      default ->
          refused(
              "task " + id,
              "a pod's sandbox or container (CRI)",
              "a task without CRI annotations",
              "run it as a pod; single tasks have no agent");
    };
  }

  /** A confidential pod ends with the daemon that made it, unless that one left it in order. */
  @Override
  public Outcome<Body> adopt(BodyRequest request, Optional<JsonObject> left) {
    String namespace = request.namespace();
    String id = request.id();
    Spec spec = request.spec();
    if (left.isEmpty())
      return refused(
          "container " + id,
          "left by its daemon in order",
          "of one that died",
          "run the pod again");
    if (spec.cri("container-type").orElse("").equals("sandbox")) {
      Runc runc = setup.runc().with(request.options()).under(namespace);
      var pod = Pod.goOn(id, setup.run(), setup.state(), setup.launcher(), runc, spec, left.get());
      pods.put(namespace + "/" + id, pod);
      return Outcome.granted(SandboxBody.goOn(this, pod, left.get()));
    }
    Pod pod = pods.get(namespace + "/" + spec.cri("sandbox-id").orElse(""));
    if (pod == null)
      return refused("pod of container " + id, "one that was left", "none", "run the pod again");
    return ContainerBody.goOn(this, pod, namespace, id, spec, left.get());
  }

  void forget(Pod pod) {
    pods.values().remove(pod);
    pod.remove();
  }

  /** Ends every pod; for the end of the daemon. */
  public void removeAll() {
    for (Pod pod : pods.values()) forget(pod);
  }

  /** A cgroup beside a container's own, so that a pod's limits count its enclaves too. */
  String besideCgroup(Spec spec, String suffix) {
    return spec.cgroupsPath().isEmpty() ? "" : spec.cgroupsPath() + "-" + suffix;
  }

  private static <T> Outcome<T> refused(String what, String expected, String found, String next) {
    return Outcome.refused(Code.of("task-unsupported"), what, expected, found, next);
  }
}
