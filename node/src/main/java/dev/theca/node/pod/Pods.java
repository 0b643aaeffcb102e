package dev.theca.node.pod;

import dev.theca.linux.Mounts;
import dev.theca.node.runc.Runc;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.launch.LaunchClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The pods of this node, by namespace and sandbox. */
public final class Pods {
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
  private final Map<String, Pod> pods = new ConcurrentHashMap<>();

  public Pods(Setup setup) {
    this.setup = setup;
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
  public Outcome<Body> body(String namespace, String id, Path bundle) throws IOException {
    if (!id.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}"))
      return refused("task id", "letters, digits, '_', '.' and '-'", "another", "rename it");
    Spec spec = Spec.read(bundle);
    return switch (spec.cri("container-type").orElse("")) {
      case "sandbox" -> {
        Runc runc = setup.runc().under(namespace);
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
            : Outcome.granted(new ContainerBody(this, pod, id, spec));
      }
      default ->
          refused(
              "task " + id,
              "a pod's sandbox or container (CRI)",
              "a task without CRI annotations",
              "run it as a pod; single tasks have no agent");
    };
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
