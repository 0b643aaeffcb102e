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

/**
 * A pod's sandbox: our own pause program holds its namespaces. The agent enclave is launched beside
 * it, since it needs nothing of it, and is waited for when the sandbox starts.
 */
final class SandboxBody implements Body {
  private static final System.Logger LOG = System.getLogger("theca.node");

  private final Pods pods;
  private final Pod pod;
  private final Marks marks;
  private Optional<AgentLaunch> launch = Optional.empty();
  private boolean up;

  SandboxBody(Pods pods, Pod pod) {
    this.pods = pods;
    this.pod = pod;
    this.marks = new Marks(pods.manner().stages(), pod.sandboxId, "");
  }

  /** Goes on with the agent that the pod's former daemon left. */
  static SandboxBody goOn(Pods pods, Pod pod, JsonObject left) {
    var body = new SandboxBody(pods, pod);
    left.object("agent")
        .ifPresent(
            words -> {
              var agent = Enclave.goOn(body.marks, pods.setup().platform(), pod.runc, words);
              pod.agent(agent);
              body.up = true;
              agent.whenLost(body::agentLost);
            });
    return body;
  }

  /** An agent that nobody has waited for yet is up when it is left; one that is not has ended. */
  @Override
  public Optional<Left> leave() {
    if (!isUp()) launched().ifPresent(this::waitQuietly);
    return Optional.of(pod.leave());
  }

  private void waitQuietly(AgentLaunch one) {
    try {
      var unused = ready(one);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "stage=agent " + e.getMessage());
    }
  }

  private synchronized boolean isUp() {
    return up;
  }

  private synchronized Optional<AgentLaunch> launched() {
    return launch;
  }

  @Override
  public Outcome<Long> create(Streams streams) {
    try {
      Pod.privateFolder(work());
      pod.spec
          .root(pods.setup().pauseRoot(), true)
          .process(Map.of("args", JsonArray.of("/pause")))
          .write(work());
      begin();
      return Outcome.granted(pod.runc.create(pod.sandboxId, work(), streams));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the sandbox's configuration", e);
    }
  }

  private synchronized AgentLaunch begin() {
    var begun = AgentLaunch.begin(this::agent);
    launch = Optional.of(begun);
    return begun;
  }

  @Override
  public Outcome<Boolean> start() {
    return marks.during(
        "sandbox",
        () -> {
          pod.runc.start(pod.sandboxId);
          return isUp() ? Outcome.granted(true) : ready(launched().orElseGet(this::begin));
        });
  }

  private Outcome<Boolean> ready(AgentLaunch one) {
    return one.await()
        .then(agent -> agent.booted("ready"))
        .map(
            agent -> {
              agent.whenLost(this::agentLost);
              synchronized (this) {
                up = true;
              }
              return true;
            });
  }

  private Outcome<Enclave> agent() {
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
        .map(
            agent -> {
              pod.agent(agent);
              return agent;
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
      LOG.log(System.Logger.Level.DEBUG, "the pause had ended: " + e.getMessage());
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
    launched().ifPresent(AgentLaunch::settle);
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
