package dev.theca.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The root file system of an enclave bundle: a linked Java runtime, the jars that one room needs,
 * the C library they stand on, and empty mount points. Nothing else, so that what is measured is
 * what runs. Made once per build and kept beside the jars; times are fixed, so equal inputs give
 * equal trees.
 */
final class EnclaveRoot {
  private static final String MODULES = "java.base,java.logging,java.net.http,jdk.net";
  private static final Pattern LIBRARY = Pattern.compile("(/[^ ]+) \\(0x");

  private final Path lib;
  private final Path java;
  private final Path kept;

  /**
   * The jars are taken from {@code lib}, the runtime is linked from the JDK at {@code java} and
   * kept in {@code kept}.
   */
  EnclaveRoot(Path lib, Path java, Path kept) {
    this.lib = lib;
    this.java = java;
    this.kept = kept;
  }

  /** How classes are prepared in a tree that is otherwise finished. */
  @FunctionalInterface
  interface Prepared {
    void write(Path root, Path jars, String jar) throws IOException;
  }

  /**
   * Writes the tree for the room whose jar is {@code jar} (its manifest names the jars it needs).
   *
   * @param extra further files to place beside the jars
   * @param directories empty directories (mount points), {@code files} empty files
   */
  void write(
      Path root,
      String jar,
      List<Path> extra,
      List<String> directories,
      List<String> files,
      Prepared classes) {
    try {
      Files.createDirectories(root);
      link(root.resolve("opt/java"));
      Path jars = Files.createDirectories(root.resolve("opt/theca/lib"));
      for (String name : closure(jar)) copy(lib.resolve(name), jars.resolve(name));
      for (Path file : extra) copy(file, jars.resolve(file.getFileName().toString()));
      libraries(root);
      for (String directory : directories) Files.createDirectories(root.resolve(directory));
      for (String file : files) empty(root.resolve(file));
      Files.createDirectories(root.resolve("etc"));
      Files.writeString(root.resolve("etc/passwd"), "root:x:0:0:root:/:/sbin/nologin\n");
      Files.writeString(root.resolve("etc/group"), "root:x:0:\n");
      plainTimesAndModes(root);
      classes.write(root, jars, jar);
      plainTimesAndModes(root);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the enclave root " + root, e);
    }
  }

  /** The runtime is linked once for this JDK, and copied from then on. */
  private void link(Path target) throws IOException {
    Path linked = kept.resolve("java-" + Runtime.version());
    if (!Files.exists(linked)) {
      Path part = kept.resolve("java-part-" + ProcessHandle.current().pid());
      Commands.run(
          java.resolve("bin/jlink").toString(),
          "--add-modules",
          MODULES,
          "--no-header-files",
          "--no-man-pages",
          "--strip-debug",
          "--generate-cds-archive",
          "--output",
          part.toString());
      Files.move(part, linked, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.createDirectories(target.resolveSibling("."));
    Commands.run("cp", "-a", "--reflink=auto", linked.toString(), target.toString());
  }

  private List<String> closure(String jar) throws IOException {
    var names = new ArrayList<>(List.of(jar));
    try (var file = new JarFile(lib.resolve(jar).toFile())) {
      String classPath = file.getManifest().getMainAttributes().getValue("Class-Path");
      if (classPath != null) names.addAll(List.of(classPath.trim().split(" +")));
    }
    return names;
  }

  /** Copies what the dynamic linker would load for the runtime, found by asking it. */
  private static void libraries(Path root) throws IOException {
    var needed = new TreeSet<String>();
    try (Stream<Path> walk = Files.walk(root.resolve("opt/java"))) {
      for (Path file : (Iterable<Path>) walk::iterator) {
        String name = file.getFileName().toString();
        if (!name.endsWith(".so") && !file.endsWith("bin/java")) continue;
        var matcher = LIBRARY.matcher(Commands.output("ldd", file.toString()));
        while (matcher.find()) needed.add(matcher.group(1));
      }
    }
    for (String library : needed) {
      if (library.startsWith(root.toString())) continue;
      Path target = root.resolve(library.substring(1));
      Files.createDirectories(target.getParent());
      copy(Path.of(library).toRealPath(), target);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void empty(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
  }

  private static void plainTimesAndModes(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isSymbolicLink()) return FileVisitResult.CONTINUE;
            boolean program = Files.isExecutable(file);
            Files.setPosixFilePermissions(
                file, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
            Files.setLastModifiedTime(file, FileTime.fromMillis(0));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException e)
              throws IOException {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.setLastModifiedTime(directory, FileTime.fromMillis(0));
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
