package dev.theca.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the runtime remembers of a training run (JEP 483, 515): classes loaded and linked, and which
 * methods are worth compiling. The mount server trains by what it will do: seal, mount, write,
 * read, unmount. It is measured with the tree; a runtime that it does not fit starts without it.
 */
final class TrainedCache {
  static final String FILE = "/opt/theca/lib/app.aot";

  /** Must be the same in training and at work. */
  static final List<String> FLAGS = List.of("-XX:+UseCompactObjectHeaders");

  private TrainedCache() {}

  /** Times of the tree must be final: the cache remembers those of the jars. */
  static void write(Path root, Path jars, String jar) throws IOException {
    var java = new ArrayList<>(List.of("/opt/java/bin/java", "-XX:+UseSerialGC"));
    java.addAll(FLAGS);
    java.addAll(List.of("-Xlog:disable", "-XX:AOTCacheOutput=" + FILE));
    java.addAll(List.of("-jar", "/opt/theca/lib/" + jar, "--train"));
    String script =
        "mount -t proc proc \"$0/proc\" && mount --bind /dev \"$0/dev\""
            + " && mount -t tmpfs tmpfs \"$0/tmp\" && mount --rbind /sys \"$0/sys\""
            + " && exec chroot \"$0\" "
            + String.join(" ", java);
    Commands.run(
        "unshare", "--mount", "--propagation", "private", "sh", "-c", script, root.toString());
    if (!Files.exists(root.resolve(FILE.substring(1))))
      throw new IOException("the training run left no cache");
    try (var list = Files.list(jars)) {
      for (Path left : list.filter(f -> f.toString().endsWith(".config")).toList())
        Files.delete(left);
    }
  }
}
