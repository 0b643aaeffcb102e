package dev.theca.cli.demo;

import dev.theca.image.Descriptor;
import dev.theca.image.Manifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The sealed pod, what must be true of it, and the same search where it must find something. */
final class Proofs {
  private static final Duration SETTLE = Duration.ofSeconds(10);
  private static final String READY = "Ready to accept connections";

  private final Stage stage;
  private final Stages stages;
  private final Facts facts;

  Proofs(Stage stage) {
    this.stage = stage;
    this.stages = stage.stages;
    this.facts = stage.facts;
  }

  /** Runs the sealed pod and looks at it. */
  Pods.Running run() {
    stages.chapter("Run the sealed image as a pod");
    var pod = stage.pods.describe("sealed", "theca");
    var env = stage.redis ? Map.of("REDIS_PORT", stage.port + "") : Map.<String, String>of();
    var running = stage.pods.run(pod, "theca", stage.sealed.toString(), env);
    NodeLog.stages(stage.world.layout.logs().resolve("node.log"), running.containerId())
        .forEach((name, millis) -> stages.record("  of which " + name, millis, ""));
    stages.chapter("Prove it");
    if (stage.redis) service("sealed", running);
    else lives(running);
    store();
    search();
    lookInside(running);
    return running;
  }

  private void service(String which, Pods.Running running) {
    var probe = new RedisProbe(stage.port);
    String[] answers =
        stages.run(
            "the service answers, to its password only",
            () -> {
              try {
                boolean up =
                    probe.awaitListening(
                        Patience.STEP,
                        () ->
                            stage
                                .cri
                                .containerState(running.containerId())
                                .state()
                                .equals("exited"));
                PromiseBroken.unless(up, "the service starts", "log: " + log(running));
                String[] without = probe.ask("PING");
                String[] with = probe.ask("AUTH " + stage.canary.password(), "PING");
                return new String[] {without[0], with[0], with[1]};
              } catch (IOException e) {
                throw new UncheckedIOException("the service breaks off", e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
              }
            },
            seen -> "PING: " + seen[0] + "\nAUTH <password>, PING: " + seen[1] + ", " + seen[2]);
    facts.put(which + ".answerWithoutPassword", answers[0]);
    facts.put(which + ".answerWithPassword", answers[2]);
    PromiseBroken.unless(
        answers[0].startsWith("-NOAUTH") && answers[2].equals("+PONG"),
        "the service answers to the password that it received after attestation, and only to it",
        List.of(answers).toString());
  }

  /** An image that we know nothing of: it runs, or it has ended well. */
  private void lives(Pods.Running running) {
    var state =
        stages.run(
            "the container runs, or has ended with 0",
            () -> {
              Stage.pause(2000);
              return stage.cri.containerState(running.containerId());
            },
            seen -> seen.state() + " " + seen.exitCode() + ", log: " + log(running));
    facts.put("sealed.state", state.state());
    PromiseBroken.unless(
        state.state().equals("running") || state.exitCode() == 0,
        "an unmodified image runs",
        state + ", log: " + log(running));
  }

  private void store() {
    var found =
        stages.run(
            "containerd's content store holds no layer of the image",
            () -> {
              var layers = new ArrayList<String>();
              Path blobs =
                  stage
                      .world
                      .layout
                      .containerdRoot()
                      .resolve("io.containerd.content.v1.content/blobs/sha256");
              var manifest = Manifest.parse(stage.owner.manifest(stage.sealed)).orThrow();
              for (Descriptor layer : manifest.layers())
                if (Files.exists(blobs.resolve(layer.digest().hex())))
                  layers.add(layer.digest().toString());
              facts.put("store.hasManifest", Files.exists(blobs.resolve(manifest.digest().hex())));
              facts.put("store.layersOfImage", manifest.layers().size());
              return layers;
            },
            layers -> layers.size() + " layers");
    facts.put("store.layers", found);
    PromiseBroken.unless(found.isEmpty(), "no layer reaches the host's store", found.toString());
  }

  private CanarySearch.Findings look(String name) {
    var layout = stage.world.layout;
    var folders = List.of(layout.state(), Path.of("/run"), Path.of("/tmp"), Path.of("/dev/shm"));
    return stages.run(
        name,
        () -> CanarySearch.search(folders, stage.canary.needles(), stage.canary.since()),
        CanarySearch::summary);
  }

  private void search() {
    var findings = look("the canary is in no file of this host");
    facts.put("search.sealed.files", findings.files());
    facts.put(
        "search.sealed.hits", findings.hits().stream().map(CanarySearch.Hit::toString).toList());
    facts.put(
        "search.sealed.unreadable", findings.unreadable().stream().map(Path::toString).toList());
    PromiseBroken.unless(
        findings.hits().isEmpty() && findings.unreadable().isEmpty(),
        "no plaintext of the image and no secret reaches a file of the host",
        findings.hits() + " " + findings.unreadable());
  }

  private void lookInside(Pods.Running running) {
    if (!stage.redis) return;
    var executed =
        stages.run(
            "exec, where the owner's policy allows it",
            () ->
                stage.cri.exec(running.containerId(), Patience.STEP, "/bin/cat", Owner.SECRET_PATH),
            seen -> "exit code " + seen.exitCode());
    boolean secret = executed.out().trim().equals(stage.canary.password());
    facts.put("exec.exitCode", executed.exitCode());
    facts.put("exec.secretIsThere", secret);
    PromiseBroken.unless(
        secret && executed.exitCode() == 0,
        "the secret is a file in the container, and exec works",
        executed.exitCode() + " " + executed.err());
    String log = settledLog(running);
    facts.put("log.hasServiceOutput", log.contains(READY));
    PromiseBroken.unless(log.contains(READY), "the container's log is kept", log);
    var stats =
        stages.run("statistics", () -> stage.cri.stats(running.containerId()), Proofs::shown);
    facts.put("stats.cpuNanos", stats.cpuNanos());
    facts.put("stats.workingSetBytes", stats.workingSetBytes());
  }

  private static String shown(dev.theca.cli.cri.CriClient.Stats stats) {
    return stats.cpuNanos() / 1_000_000
        + " ms of processor time, "
        + stats.workingSetBytes() / 1024
        + " KiB working set";
  }

  /** containerd writes down what a container says a moment after it was said. */
  private static String settledLog(Pods.Running running) {
    long end = System.nanoTime() + SETTLE.toNanos();
    String log = log(running);
    while (!log.contains(READY) && System.nanoTime() < end) {
      Stage.pause(100);
      log = log(running);
    }
    return log;
  }

  static String log(Pods.Running running) {
    return Demo.read(running.log());
  }

  /** Stops and removes the pod; nothing of it may stay. */
  void end(Pods.Running running) {
    stages.run("stop and remove", () -> stage.pods.stopAndRemove(running));
    var left =
        stages.run(
            "no process, mount, socket, cgroup or directory is left",
            () -> settledLeftovers(running),
            List::toString);
    facts.put("end.leftovers", left);
    PromiseBroken.unless(left.isEmpty(), "a removed pod leaves nothing behind", left.toString());
  }

  /** Without what the kernel and containerd are about to take away. */
  private List<String> settledLeftovers(Pods.Running running) {
    long end = System.nanoTime() + SETTLE.toNanos();
    var left = leftovers(running);
    while (!left.isEmpty() && System.nanoTime() < end) {
      Stage.pause(100);
      left = leftovers(running);
    }
    return left;
  }

  private List<String> leftovers(Pods.Running running) {
    var left = new TreeSet<String>();
    var layout = stage.world.layout;
    for (String id : List.of(running.podId(), running.containerId())) {
      String mark = id.substring(0, 16);
      left.addAll(Leftovers.processesOf(mark));
      left.addAll(Leftovers.cgroupsOf(mark));
      left.addAll(Leftovers.named(mark, layout.run(), layout.state().resolve("node")));
    }
    for (Path folder :
        List.of(
            layout.run().resolve("pods"),
            layout.run().resolve("demo/attestation"),
            layout.state().resolve("node/volumes"),
            layout.state().resolve("platform-demo/bundles")))
      left.addAll(Leftovers.children(folder));
    for (String mount : Leftovers.mounts(layout.run(), layout.state()))
      if (!mount.equals(layout.run().resolve("demo/attestation").toString())) left.add(mount);
    return List.copyOf(left);
  }

  /** The same image, plain, under the stock handler: the search must find everything there. */
  void control() {
    stages.chapter("The same search, where it must find something");
    var ref = stage.owner.ref("plain/app:1");
    for (String name : List.of("demo/app:1", "demo/unsigned:1", "demo/swapped:1"))
      stage.cri.removeImage(stage.owner.ref(name).toString());
    stage.owner.pushPlain(ref, stage.content);
    var pod = stage.pods.describe("plain", "");
    var running =
        stage.pods.run(
            pod,
            "",
            ref.toString(),
            Map.of("REDIS_PORT", stage.port + "", "REDIS_PASSWORD", stage.canary.password()));
    if (stage.redis) service("plain", running);
    var findings = look("the canary is found when nothing protects it");
    var containerd = stage.world.layout.containerdRoot();
    var found = new TreeSet<String>();
    var where = new TreeSet<String>();
    for (var hit : findings.hits()) {
      found.add(hit.needle());
      if (hit.file().startsWith(containerd)) where.add(hit.needle());
    }
    facts.put("search.plain.found", List.copyOf(found));
    facts.put("search.plain.foundInContainerdRoot", List.copyOf(where));
    PromiseBroken.unless(
        found.size() == stage.canary.needles().size() && where.contains(Canary.CONTENT),
        "the search can find what it looks for",
        "it found " + found);
    stages.run("stop and remove", () -> stage.pods.stopAndRemove(running));
  }
}
