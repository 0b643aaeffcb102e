package dev.theca.bench.image;

import dev.theca.bench.PullOnce;
import dev.theca.cli.demo.BulkWork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * From an image in a registry to a tree. Ours verifies each digest, the HMAC and the diff ids on
 * the way; the others need two programs and the image on the disk in between. umoci 0.4.7 reads no
 * zstd: for it {@code zstd -dc | tar -x} stands in, layer after layer, which knows no whiteouts and
 * checks nothing.
 */
final class Unpacking {
  private static final int TIDY_MILLIS = 6000;
  private static final List<String> AGENT =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          "-Xss256k",
          "--sun-misc-unsafe-memory-access=allow",
          "-Xmx256m",
          "--enable-native-access=ALL-UNNAMED");

  private final Path work;
  private final Path theca;
  private final Path lib;
  private final Keys keys;
  private final Child child;
  private final Path trash;
  private int discarded;

  Unpacking(Path work, Path root, Keys keys, Child child) {
    this.work = work;
    this.theca = root.resolve("theca");
    this.lib = root.resolve("cli/target/dist/lib");
    this.keys = keys;
    this.child = child;
    this.trash = work.resolve("trash");
  }

  /** {@code theca image unpack}. */
  Child.Took intoDirectory(String registry, String image, boolean encrypted) throws Exception {
    Path tree = work.resolve("tree");
    var command =
        new ArrayList<>(
            List.of(
                theca.toString(),
                "image",
                "unpack",
                "--insecure-unsigned",
                "--insecure-registry",
                registry));
    if (encrypted) command.addAll(List.of("--decryption-key", keys.privatePem().toString()));
    command.addAll(List.of(image, tree.toString()));
    return measured(command, tree);
  }

  /**
   * What the agent does, with its flags of the JVM (Bundles, BulkWork), but without its class
   * archive.
   */
  Child.Took intoVolume(String image, boolean encrypted) throws Exception {
    Path volume = work.resolve("volume.seal");
    String classes = lib + "/*:" + System.getProperty("theca.bench.classes");
    var command = new ArrayList<>(List.of(java()));
    command.addAll(AGENT);
    command.addAll(BulkWork.FLAGS);
    command.addAll(List.of("-cp", classes, PullOnce.class.getName(), image));
    command.addAll(List.of(encrypted ? keys.privateJwk().toString() : "-", volume.toString()));
    return measured(command, volume);
  }

  /** skopeo to a layout, then umoci or, for zstd, tar. */
  Child.Took theirs(String image, String compression, boolean encrypted) throws Exception {
    Path layout = work.resolve("layout");
    Path bundle = work.resolve("bundle");
    var copy =
        new ArrayList<>(
            List.of("skopeo", "--insecure-policy", "copy", "-q", "--src-tls-verify=false"));
    if (encrypted) copy.addAll(List.of("--decryption-key", keys.privatePem().toString()));
    copy.addAll(List.of("docker://" + image, "oci:" + layout + ":1"));
    settle();
    var took = child.run(copy);
    if (compression.equals("gzip")) {
      var unpack = List.of("umoci", "unpack", "--image", layout + ":1", bundle.toString());
      took = took.plus(child.run(unpack));
    } else {
      Files.createDirectories(bundle);
      for (Path layer : Layouts.layers(layout))
        took = took.plus(child.run(shell("zstd -dcq " + layer + " | tar -x -C " + bundle)));
    }
    discard(layout);
    discard(bundle);
    return took;
  }

  /** The bare decompressor, one process for each layer in turn, thrown away. */
  Child.Took bare(Path layout, String compression) throws Exception {
    var took = Child.Took.NOTHING;
    String tool = compression.equals("gzip") ? "gzip -dc " : "zstd -dcq ";
    for (Path layer : Layouts.layers(layout))
      took = took.plus(child.run(shell(tool + layer + " > /dev/null")));
    return took;
  }

  private static List<String> shell(String line) {
    return List.of("sh", "-c", line);
  }

  private Child.Took measured(List<String> command, Path made) throws Exception {
    settle();
    var took = child.run(command);
    discard(made);
    return took;
  }

  /** What the last contestant left to be written is not this one's. */
  private void settle() throws Exception {
    var _ = child.run(List.of("sync", "-f", work.toString()));
  }

  /** ext4 looks for a new inode behind all that were deleted lately: nothing is before the end. */
  private void discard(Path made) throws IOException {
    Files.move(made, Files.createDirectories(trash).resolve("" + discarded++));
  }

  /** Deletes what was unpacked, and waits until ext4 has forgotten it (recently_deleted: 5 s). */
  void tidy() throws IOException, InterruptedException {
    if (!Files.exists(trash)) return;
    delete(trash);
    Thread.sleep(TIDY_MILLIS);
  }

  static String java() {
    return Optional.ofNullable(System.getProperty("java.home")).orElseThrow() + "/bin/java";
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
    }
  }
}
