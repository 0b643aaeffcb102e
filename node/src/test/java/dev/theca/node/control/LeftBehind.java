package dev.theca.node.control;

import dev.theca.linux.Mounts;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;

/** Containers of a real runtime, in bundles as containerd makes them, without any daemon. */
final class LeftBehind {
  static final Path RUNC = Path.of("/usr/sbin/runc");
  static final Path BUSYBOX = Path.of("/usr/bin/busybox");

  private final Path folder;
  private final Path bundles;
  final Path runcRoot;
  final String mark = UUID.randomUUID().toString().substring(0, 8);

  LeftBehind(Path folder) throws IOException {
    this.folder = folder;
    this.bundles = Files.createDirectories(folder.resolve("io.containerd.runtime.v2.task/ns"));
    this.runcRoot = folder.resolve("runc");
  }

  static boolean possible() {
    return Files.isExecutable(RUNC)
        && Files.isExecutable(BUSYBOX)
        && System.getProperty("user.name").equals("root");
  }

  /** Ids are unique on the machine, since cgroups are named after them. */
  String id(String name) {
    return name + "-" + mark;
  }

  Path bundle(String name) {
    return bundles.resolve(id(name));
  }

  /** Starts a container that does nothing for long, with a tmpfs as its root. */
  void start(String name) throws Exception {
    start(name, bundle(name));
  }

  /** One without a bundle of containerd's. */
  void start(String name, Path bundle) throws Exception {
    Path root = Files.createDirectories(bundle.resolve("rootfs"));
    run("mount", "-t", "tmpfs", "theca-test", root.toString());
    for (String dir : List.of("proc", "dev", "sys")) Files.createDirectory(root.resolve(dir));
    Files.copy(BUSYBOX, root.resolve("sleep"));
    run("chmod", "755", root.resolve("sleep").toString());
    run(RUNC.toString(), "spec", "--bundle", bundle.toString());
    Path file = bundle.resolve("config.json");
    var spec = Json.object(Files.readAllBytes(file)).orThrow();
    var process =
        new LinkedHashMap<String, JsonValue>(spec.object("process").orElseThrow().members());
    process.put("terminal", new dev.theca.wire.json.JsonBool(false));
    process.put("args", JsonArray.of("/sleep", "1000"));
    var changed = new LinkedHashMap<>(spec.members());
    changed.put("process", new JsonObject(process));
    Files.write(file, Json.write(new JsonObject(changed)));
    run(
        RUNC.toString(),
        "--root",
        runcRoot.resolve("ns").toString(),
        "run",
        "--detach",
        "--bundle",
        bundle.toString(),
        "--pid-file",
        bundle.resolve("init.pid").toString(),
        id(name));
  }

  boolean known(String name) {
    return Files.exists(runcRoot.resolve("ns").resolve(id(name)));
  }

  static long pid(Path bundle) throws IOException {
    return Long.parseLong(Files.readString(bundle.resolve("init.pid")).trim());
  }

  static boolean alive(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException e) {
      return false;
    }
  }

  boolean mounted(Path path) throws IOException {
    return Files.readString(Path.of("/proc/self/mountinfo")).contains(" " + path + " ");
  }

  static void run(String... command) throws Exception {
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
            .start();
    if (process.waitFor() != 0)
      throw new IllegalStateException(List.of(command) + " ended with " + process.exitValue());
  }

  /** Ends and detaches what a test that failed would leave. */
  void clean() throws Exception {
    Path state = runcRoot.resolve("ns");
    if (Files.isDirectory(state)) {
      try (var list = Files.list(state)) {
        for (Path one : list.toList())
          run(
              RUNC.toString(),
              "--root",
              state.toString(),
              "delete",
              "--force",
              one.getFileName().toString());
      }
    }
    Mounts.detachBelow(folder);
  }
}
