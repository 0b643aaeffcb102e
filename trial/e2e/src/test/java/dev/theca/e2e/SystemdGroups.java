package dev.theca.e2e;

import dev.theca.kit.stand.Sh;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A world whose containerd, once it has been started again with one more setting, has systemd make
 * the groups of confidential pods, as kubelet wishes it on most nodes: {@code
 * -Dtheca.stand.systemd=true} on a machine that systemd runs.
 */
final class SystemdGroups implements AutoCloseable {
  private static final boolean WANTED = Boolean.getBoolean("theca.stand.systemd");
  private static final String OPTIONS = "runtimes.theca.options]\n";

  private final Process containerd;

  private SystemdGroups(Process containerd) {
    this.containerd = containerd;
  }

  static boolean wanted() {
    return WANTED;
  }

  /** The parent of a pod's groups: a path, or a slice whose place its dashes say. */
  static String parent(String name) {
    return WANTED ? name + ".slice" : "/" + name;
  }

  /** Where that parent is in the tree: systemd.slice(5), a dash is one more level. */
  static String path(String name) {
    if (!WANTED) return "/" + name;
    var path = new StringBuilder();
    for (int i = name.indexOf('-'); i > 0; i = name.indexOf('-', i + 1))
      path.append('/').append(name, 0, i).append(".slice");
    return path.append('/').append(name).append(".slice").toString();
  }

  /** Ends the world's containerd and starts it with the setting. */
  static SystemdGroups in(Path run, Path state) throws IOException, InterruptedException {
    Path config = state.resolve("config/containerd.toml");
    String text = Files.readString(config);
    if (!text.contains(OPTIONS)) throw new AssertionError("no options of the handler in " + text);
    Files.writeString(config, text.replace(OPTIONS, OPTIONS + "SystemdCgroup = true\n"));
    ProcessHandle old = running(state);
    String program = old.info().command().orElseThrow();
    var environment = environment(old.pid());
    old.destroy();
    old.onExit().orTimeout(1, TimeUnit.MINUTES).join();
    var builder = new ProcessBuilder(program, "--config", config.toString());
    builder.environment().clear();
    for (String variable : environment) {
      int end = variable.indexOf('=');
      builder.environment().put(variable.substring(0, end), variable.substring(end + 1));
    }
    builder.redirectErrorStream(true);
    Path log = state.resolve("logs/containerd-systemd.log");
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    var started = builder.start();
    Path socket = run.resolve("containerd.sock");
    Path ctr = Path.of(program).resolveSibling("ctr");
    for (int i = 0; Sh.run(List.of(ctr + "", "-a", socket + "", "version")).code() != 0; i++) {
      if (i > 300 || !started.isAlive())
        throw new AssertionError("containerd did not start again: " + Files.readString(log));
      Thread.sleep(100);
    }
    return new SystemdGroups(started);
  }

  private static ProcessHandle running(Path state) throws IOException {
    var world = Json.object(Files.readAllBytes(state.resolve("world.json"))).orThrow();
    for (var item : world.array("processes").orElseThrow()) {
      var process = (JsonObject) item;
      if (process.string("name").orElse("").equals("containerd"))
        return ProcessHandle.of(process.integer("pid").orElseThrow()).orElseThrow();
    }
    throw new AssertionError("no containerd in " + world);
  }

  private static List<String> environment(long pid) throws IOException {
    String all = Files.readString(Path.of("/proc", pid + "", "environ"));
    return all.lines().flatMap(l -> List.of(l.split("\0")).stream()).toList();
  }

  @Override
  public void close() {
    containerd.destroy();
    try {
      if (!containerd.waitFor(1, TimeUnit.MINUTES)) containerd.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
