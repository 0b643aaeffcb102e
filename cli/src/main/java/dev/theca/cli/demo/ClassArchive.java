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
          "java.net.http/java/net/http",
          "java.base/java/security",
          "java.base/java/util",
          "java.base/sun/security",
          "java.base/com/sun/crypto",
          "java.base/javax/crypto",
          "java.base/sun/nio/ch",
          "java.base/jdk/internal/foreign");

  private ClassArchive() {}

  /** Times of the tree must be final: the archive remembers those of the jars. */
  static void write(Path root, Path jars, String jar) throws IOException {
    var names = new TreeSet<>(Files.readAllLines(root.resolve("opt/java/lib/classlist")));
    var lambdas = new LambdaSites();
    try (Stream<Path> list = Files.list(jars)) {
      for (Path file : list.filter(f -> f.toString().endsWith(".jar")).toList())
        fromJar(file, names, lambdas);
    }
    fromJdk(names, lambdas);
    names.addAll(lambdas.lines());
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

  private static void fromJar(Path file, TreeSet<String> names, LambdaSites lambdas)
      throws IOException {
    try (var jar = new JarFile(file.toFile())) {
      for (var entry : jar.stream().filter(e -> isClass(e.getName())).toList()) {
        names.add(named(entry.getName()));
        try (var in = jar.getInputStream(entry)) {
          lambdas.add(in.readAllBytes());
        }
      }
    }
  }

  private static void fromJdk(TreeSet<String> names, LambdaSites lambdas) throws IOException {
    Path modules = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules");
    for (String part : JDK) {
      Path module = modules.resolve(part.split("/")[0]);
      try (Stream<Path> walk = Files.walk(modules.resolve(part))) {
        for (Path path : walk.filter(p -> isClass(p.toString())).toList()) {
          names.add(named(module.relativize(path).toString()));
          lambdas.add(Files.readAllBytes(path));
        }
      }
    }
  }

  private static boolean isClass(String name) {
    return name.endsWith(".class")
        && !name.startsWith("META-INF/")
        && !name.endsWith("module-info.class");
  }

  private static String named(String file) {
    return file.substring(0, file.length() - ".class".length());
  }
}
