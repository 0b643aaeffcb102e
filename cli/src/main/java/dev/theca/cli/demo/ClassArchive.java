package dev.theca.cli.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * A class-data archive inside an enclave's tree: classes of the room and of what it uses of the
 * JDK, parsed and verified once, here. It is measured with the tree; the runtime maps it, and runs
 * without it when it does not fit.
 */
final class ClassArchive {
  static final String FILE = "/opt/theca/lib/classes.jsa";

  /** Must be the same in the archive and at work. */
  static final List<String> FLAGS = List.of("-XX:+UseCompactObjectHeaders");

  /** Parts of the JDK that a room uses and the JDK's own list does not have. */
  private static final List<String> JDK =
      List.of(
          "java.net.http",
          "java.base/sun/security",
          "java.base/com/sun/crypto",
          "java.base/javax/crypto",
          "java.base/sun/nio/ch",
          "java.base/java/util/concurrent",
          "java.base/java/util/zip",
          "java.base/jdk/internal/foreign");

  private ClassArchive() {}

  /** Times of the tree must be final: the archive remembers those of the jars. */
  static void write(Path root, Path jars, String jar) throws IOException {
    var names = new TreeSet<>(Files.readAllLines(root.resolve("opt/java/lib/classlist")));
    try (Stream<Path> list = Files.list(jars)) {
      for (Path file : list.filter(f -> f.toString().endsWith(".jar")).toList())
        fromJar(file, names);
    }
    fromJdk(names);
    Path classes = root.resolve("tmp/classes");
    Files.write(classes, names);
    String script =
        "mount -t proc proc \"$0/proc\" && mount --bind /dev \"$0/dev\" && exec chroot \"$0\""
            + " /opt/java/bin/java -XX:+UseSerialGC -Xlog:disable -Xshare:dump "
            + String.join(" ", FLAGS)
            + " -XX:SharedClassListFile=/tmp/classes -XX:SharedArchiveFile="
            + FILE
            + " -cp /opt/theca/lib/"
            + jar;
    Commands.run(
        "unshare", "--mount", "--propagation", "private", "sh", "-c", script, root.toString());
    Files.delete(classes);
  }

  private static void fromJar(Path file, TreeSet<String> names) throws IOException {
    try (var jar = new JarFile(file.toFile())) {
      jar.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/"))
          .filter(name -> !name.equals("module-info.class"))
          .forEach(name -> names.add(name.substring(0, name.length() - 6)));
    }
  }

  private static void fromJdk(TreeSet<String> names) throws IOException {
    Path modules = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules");
    for (String part : JDK) {
      Path module = modules.resolve(part.split("/")[0]);
      try (Stream<Path> walk = Files.walk(modules.resolve(part))) {
        walk.map(path -> module.relativize(path).toString())
            .filter(name -> name.endsWith(".class") && !name.equals("module-info.class"))
            .forEach(name -> names.add(name.substring(0, name.length() - 6)));
      }
    }
  }
}
