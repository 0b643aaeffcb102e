package dev.theca.node.runc;

import dev.theca.linux.ChildProcess;
import dev.theca.linux.Exits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The real runc behind a script that writes down how it was called, and one container of it. */
public final class Watched {
  private static final Path RUNC = Path.of("/usr/sbin/runc");
  private static final Path BUSYBOX = Path.of("/bin/busybox");

  public final String id = "direct-" + UUID.randomUUID().toString().substring(0, 8);
  final Path folder;
  final Path root;
  public final Runc runc;
  private final Path calls;

  /** Members of config.json, each with a comma behind it. */
  String hooks = "";

  String namespaces = "{\"type\":\"pid\"},{\"type\":\"mount\"}";

  public static boolean possible() {
    return Files.isExecutable(RUNC)
        && Files.isExecutable(BUSYBOX)
        && System.getProperty("user.name").equals("root");
  }

  /** {@code version}: a command for what it says of itself; empty = runc's words. */
  public Watched(Path folder, String version) throws Exception {
    ChildProcess.inheritOrphans();
    this.folder = folder;
    root = folder.resolve("root");
    calls = Files.createFile(folder.resolve("calls"));
    Path script =
        Files.writeString(
            folder.resolve("runc"),
            """
            #!/bin/sh
            case "$*" in
              *--version) %s ;;
              *) echo "$*" >>%s ;;
            esac
            exec %s "$@"
            """
                .formatted(version.isEmpty() ? ":" : version + "; exit", calls, RUNC));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    runc = new Runc(script, root);
    Files.createDirectories(folder.resolve("rootfs/bin"));
    Files.createDirectories(folder.resolve("rootfs/proc"));
    Files.copy(BUSYBOX, folder.resolve("rootfs/bin/sh"));
  }

  /** Its state folder. */
  public Path state() {
    return root.resolve(id);
  }

  public ChildProcess create(String script) throws Exception {
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"ociVersion":"1.0.2",%s
         "process":{"args":["/bin/sh","-c","%s"],"cwd":"/","user":{"uid":0,"gid":0}},
         "root":{"path":"rootfs"},
         "mounts":[{"destination":"/proc","type":"proc","source":"proc"}],
         "linux":{"cgroupsPath":"/%s","namespaces":[%s]}}
        """
            .formatted(hooks, script, id, namespaces));
    return ChildProcess.hold(runc.create(id, folder, Streams.none()));
  }

  /** What the runtime itself was called for, by its actions. */
  public List<String> calls() throws IOException {
    return Files.readAllLines(calls).stream()
        .map(line -> line.replaceAll(".*--log-format json (\\S+).*", "$1"))
        .toList();
  }

  static void awaitEnd(ChildProcess process) throws Exception {
    var unused = Exits.of(process).get(60, TimeUnit.SECONDS);
  }

  static void kill(ChildProcess process) throws Exception {
    boolean unused = process.signal(9);
    awaitEnd(process);
  }

  /** Folders of its control groups that are there. */
  public List<Path> groups() throws IOException {
    Path base = Path.of("/sys/fs/cgroup");
    try (var trees = Files.list(base)) {
      return Stream.concat(Stream.of(base), trees) // version 2 has one tree, at the base
          .map(tree -> tree.resolve(id))
          .filter(Files::isDirectory)
          .toList();
    }
  }

  public void close() {
    new Runc(RUNC, root).delete(id);
  }
}
