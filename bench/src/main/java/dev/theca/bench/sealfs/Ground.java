package dev.theca.bench.sealfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A folder of one file system that takes part: the plain disk, or one that a process of its own
 * serves.
 */
final class Ground implements AutoCloseable {
  private static final int TRIES = 600;

  private final String name;
  private final Path folder;
  private final String durable;
  private final @Nullable Process server;
  private final double mountMillis;

  private Ground(
      String name, Path folder, String durable, @Nullable Process server, double mountMillis) {
    this.name = name;
    this.folder = folder;
    this.durable = durable;
    this.server = server;
    this.mountMillis = mountMillis;
  }

  /** The disk itself. */
  static Ground plain(Path work) throws IOException {
    Path folder = Files.createDirectories(work.resolve("ext4"));
    return new Ground("ext4", folder, "sync -f " + folder, null, 0);
  }

  /** gocryptfs of the distribution; its cipher files lie on the same disk. */
  static Ground gocryptfs(Path work) throws Exception {
    Path cipher = work.resolve("gocryptfs.cipher");
    Path folder = Files.createDirectories(work.resolve("gocryptfs"));
    if (!Files.exists(cipher)) {
      Files.createDirectories(cipher);
      String unused = Sh.run("gocryptfs -q -init -scryptn 10 -extpass 'echo bench' " + cipher);
    }
    var command = List.of("gocryptfs", "-q", "-fg", "-allow_other", "-extpass", "echo bench");
    return served(
        "gocryptfs", folder, command, cipher.toString(), folder.toString(), "sync -f " + cipher);
  }

  /** Ours; {@code way} is device or ring. */
  static Ground ours(Path theca, Path work, String way) throws Exception {
    Path folder = Files.createDirectories(work.resolve("ours-" + way));
    Path volume = work.resolve(way + ".seal");
    Path key = work.resolve(way + ".key");
    if (!Files.exists(volume)) {
      String unused = Sh.run(theca + " sealfs mkfs " + volume + " --key-file " + key);
    }
    var command =
        List.of(theca.toString(), "sealfs", "mount", "--transport", way, "--key-file", key + "");
    // One fsync of any file makes everything before it durable: all waits for one commit.
    String durable = "touch " + folder + "/.now; sync " + folder + "/.now";
    return served(way, folder, command, volume.toString(), folder.toString(), durable);
  }

  /** The ceiling: a server that keeps names, and no content. */
  static Ground nothing(Path work, String way, String classes) throws Exception {
    Path folder = Files.createDirectories(work.resolve("null-" + way));
    var command =
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-Xmx96m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classes,
            "dev.theca.bench.fuse.NullServer");
    return served(
        "null " + way,
        folder,
        command,
        folder.toString(),
        way.toUpperCase(java.util.Locale.ROOT) + " writeback",
        "true");
  }

  private static Ground served(
      String name, Path folder, List<String> command, String first, String rest, String durable)
      throws Exception {
    var all = new ArrayList<>(command);
    all.add(first);
    all.addAll(List.of(rest.split(" ")));
    var before = Files.getFileStore(folder.toAbsolutePath().getParent()).name();
    long start = System.nanoTime();
    var process =
        new ProcessBuilder(all)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolveSibling(folder.getFileName() + ".log").toFile())
            .start();
    for (int tries = 0; !isMounted(folder); tries++) {
      if (!process.isAlive() || tries > TRIES * 5) {
        process.destroy();
        throw new IllegalStateException(
            name
                + " did not mount on "
                + before
                + ": "
                + Files.readString(folder.resolveSibling(folder.getFileName() + ".log")));
      }
      Thread.sleep(2);
    }
    try (var list = Files.list(folder)) {
      long unused = list.count(); // it answers
    }
    return new Ground(name, folder, durable, process, (System.nanoTime() - start) / 1e6);
  }

  private static boolean isMounted(Path folder) throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
      return lines.anyMatch(line -> line.contains(" " + folder.toAbsolutePath() + " "));
    }
  }

  String name() {
    return name;
  }

  Path folder() {
    return folder;
  }

  /** From the start of its process to the first answer. */
  double mountMillis() {
    return mountMillis;
  }

  /** What makes all that was written so far survive a power cut. */
  String durable() {
    return durable;
  }

  Optional<Long> pid() {
    return Optional.ofNullable(server).map(Process::pid);
  }

  double processorMillis() throws IOException {
    return server == null ? 0 : Sh.processorMillis(server.pid());
  }

  @Override
  public void close() {
    if (server == null) return;
    try {
      var unmount =
          new ProcessBuilder("umount", folder.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      int code = unmount.waitFor();
      if (code != 0) {
        int lazy = new ProcessBuilder("umount", "-l", folder.toString()).start().waitFor();
        if (lazy != 0) System.err.println("cannot unmount " + folder);
      }
      if (!server.waitFor(60, TimeUnit.SECONDS)) server.destroyForcibly();
    } catch (IOException e) {
      server.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
