package dev.theca.node.pod;

import dev.theca.node.health.Stages;
import dev.theca.node.runc.Runc;
import dev.theca.node.runc.Streams;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.kbs.PodName;
import dev.theca.wire.launch.LaunchClient.HostInputs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A pod's sandbox: our own pause program holds its namespaces, then the agent enclave starts. */
final class SandboxBody implements Body {
  private final Pods pods;
  private final Pod pod;

  SandboxBody(Pods pods, Pod pod) {
    this.pods = pods;
    this.pod = pod;
  }

  /** Goes on with the agent that the pod's former daemon left. */
  static SandboxBody goOn(Pods pods, Pod pod, JsonObject left) {
    var body = new SandboxBody(pods, pod);
    left.object("agent")
        .ifPresent(
            words -> {
              var marks = new Marks(pods.manner().stages(), pod.sandboxId, "");
              var agent = Enclave.goOn(marks, pods.setup().platform(), pod.runc, words);
              pod.agent(agent);
              agent.whenLost(body::agentLost);
            });
    return body;
  }

  @Override
  public Optional<Left> leave() {
    return Optional.of(pod.leave());
  }

  @Override
  public Outcome<Long> create(Streams streams) {
    try {
      Pod.privateFolder(work());
      pod.spec
          .root(pods.setup().pauseRoot(), true)
          .process(Map.of("args", JsonArray.of("/pause")))
          .write(work());
      return Outcome.granted(pod.runc.create(pod.sandboxId, work(), streams));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the sandbox's configuration", e);
    }
  }

  @Override
  public Outcome<Boolean> start() {
    var marks = new Marks(pods.manner().stages(), pod.sandboxId, "");
    return marks.during(
        "sandbox",
        () -> {
          pod.runc.start(pod.sandboxId);
          return agent(marks);
        });
  }

  private Outcome<Boolean> agent(Marks marks) {
    var inputs =
        new HostInputs(
            Map.of(
                "/run/theca/node", pod.agentFolder().toString(),
                "/run/theca/init-data.toml", pods.setup().initDataFile().toString(),
                "/var/lib/theca/volumes", pod.volumes.toString(),
                "/var/lib/theca/durable", pod.durable.toString(),
                "/etc/resolv.conf", hostFile("/etc/resolv.conf"),
                "/etc/hosts", hostFile("/etc/hosts")),
            Map.of("network", network()),
            said(pod.spec),
            pods.besideCgroup(pod.spec, "agent"),
            "agent");
    return Enclave.launch(
            marks,
            pods.setup().platform(),
            pod.runc,
            pod.agentId(),
            pods.setup().agent(),
            pods.setup().configId(),
            inputs,
            pod.folder.resolve("agent.log"))
        .then(
            agent -> {
              pod.agent(agent);
              return agent.booted("ready");
            })
        .map(
            agent -> {
              agent.whenLost(this::agentLost);
              return true;
            });
  }

  /**
   * The pod's name in the agent's environment; the agent tells it brokers, and trusts none of it.
   */
  static Map<String, String> said(Spec spec) {
    String path =
        spec.cri("sandbox-namespace").orElse("") + "/" + spec.cri("sandbox-name").orElse("");
    String uid = spec.cri("sandbox-uid").filter(PodName::isUid).map(u -> " " + u).orElse("");
    return PodName.parse(path + uid)
        .map(pod -> Map.of("THECA_POD", pod.toString()))
        .orElse(Map.of());
  }

  /** A pod without its agent is not ready: its containers end, then its pause does. */
  private void agentLost(int exit) {
    pods.manner().stages().meters().count(Stages.AGENTS_LOST);
    pod.fence.agentLost(exit);
    try {
      pod.runc.kill(pod.sandboxId, 9, false);
    } catch (RuntimeException e) {
      System.getLogger("theca.node")
          .log(System.Logger.Level.DEBUG, "the pause had ended: " + e.getMessage());
    }
  }

  private String hostFile(String name) {
    return pod.spec
        .bindSource(name)
        .filter(source -> Files.isRegularFile(Path.of(source)))
        .orElse(Files.isRegularFile(Path.of(name)) ? name : pods.setup().emptyFile().toString());
  }

  /** The pod's network; a pod in the host's network shares this daemon's. */
  private String network() {
    return pod.spec
        .namespacePath("network")
        .orElse("/proc/" + ProcessHandle.current().pid() + "/ns/net");
  }

  @Override
  public Outcome<JsonObject> exec(JsonObject process) {
    return Outcome.refused(
        Code.of("exec-sandbox"),
        "exec in the sandbox",
        "a container of the pod",
        "the pause container",
        "name a container");
  }

  @Override
  public void remove() {
    Undoing.all(() -> pod.runc.delete(pod.sandboxId), () -> pods.forget(pod));
  }

  @Override
  public Runc runc() {
    return pod.runc;
  }

  @Override
  public Path work() {
    return pod.folder.resolve("sandbox");
  }

  @Override
  public Undo undo() {
    return new Undo(List.of(pod.agentId()), List.of(), List.of(pod.folder, pod.volumes));
  }
}
