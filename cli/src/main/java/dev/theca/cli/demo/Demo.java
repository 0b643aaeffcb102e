package dev.theca.cli.demo;

import dev.theca.cli.cri.CriClient;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code theca demo}: the main job on this machine, with proofs and refusals. */
@Command(name = "demo", description = "Runs a sealed image as a confidential pod here.")
public final class Demo implements Callable<Integer> {
  @Option(names = "--containerd", paramLabel = "DIR", description = "bin folder of a containerd")
  @org.jspecify.annotations.Nullable
  Path containerd;

  /** For the command line. */
  public Demo() {}

  @Override
  public Integer call() throws Exception {
    var out = new PrintStream(System.out, true, java.nio.charset.StandardCharsets.UTF_8);
    var stages = new Stages(out);
    var layout = Layout.named("theca-demo").create();
    var dist = Dist.here();
    var world = new World(layout, dist);
    try {
      run(stages, world);
    } finally {
      if (System.getenv("THECA_KEEP") == null) world.end();
    }
    return 0;
  }

  private void run(Stages stages, World world) throws InterruptedException {
    var platform = stages.run("platform", () -> world.platform("demo"));
    var broker = stages.run("broker", () -> world.broker(platform, "sim:demo"));
    var registry = stages.run("registry", world::registry);
    var bundles = new Bundles(world.dist);
    Path agent = world.layout.state().resolve("bundles/agent");
    Path app = world.layout.state().resolve("bundles/app");
    stages.run("agent bundle", () -> bundles.agent(agent), m -> m);
    stages.run("app bundle", () -> bundles.app(app), m -> m);
    var owner = new Owner(registry);
    byte[] canary = new byte[4096];
    new SecureRandom().nextBytes(canary);
    var image = stages.run("pack", () -> DemoImage.redis("canary-xx", canary));
    var ref = owner.ref("demo/redis:1");
    stages.run("seal", () -> owner.seal(ref, image), d -> d.toString());
    var pause = owner.ref("plain/pause:1");
    stages.run(
        "pause",
        () -> owner.pushPlain(pause, DemoImage.pause(world.dist.bin().resolve("pause"))),
        d -> "");
    stages.run(
        "register",
        () ->
            owner.register(
                world.admin(broker),
                bundles.mrSigner(),
                "secret-password\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                List.of("demo/redis"),
                true));
    Path initData = world.layout.config().resolve("init-data.toml");
    try {
      Files.writeString(initData, owner.initData(broker.requireString("url").orThrow()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Path program =
        containerd == null
            ? Requirements.find("containerd").orElseThrow()
            : containerd.resolve("containerd");
    int major = ContainerdConfig.major(Commands.output(program.toString(), "--version"));
    stages.run("node", () -> world.node("demo", agent, app, initData, major >= 2));
    stages.run("containerd", () -> world.containerd(program, major, pause.toString()));
    try (var cri = new CriClient(world.layout.containerdSocket())) {
      long end = System.nanoTime() + 20_000_000_000L;
      while (true) {
        try {
          stages.record("CRI " + cri.version() + " " + cri.conditions(), 0, "");
          break;
        } catch (RuntimeException e) {
          if (System.nanoTime() > end) throw e;
          Thread.sleep(100);
        }
      }
      var pods = new Pods(cri, world.layout.podLogs(), stages);
      var pod = pods.describe("redis", "theca");
      var running = pods.run(pod, "theca", ref.toString(), Map.of("REDIS_PORT", "7391"));
      var probe = new RedisProbe(7391);
      System.out.println(probe.awaitListening(java.time.Duration.ofSeconds(10), () -> false));
      System.out.println(List.of(probe.ask("AUTH secret-password", "PING")));
      System.out.println(
          cri.exec(
                  running.containerId(),
                  java.time.Duration.ofSeconds(5),
                  "/bin/cat",
                  "/proc/1/status")
              .out());
      System.out.println(cri.stats(running.containerId()));
      if (System.getenv("THECA_KEEP") == null)
        stages.run("stop and remove", () -> pods.stopAndRemove(running));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
