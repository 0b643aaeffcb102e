package dev.theca.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What could remain of a demo: mounts and processes below its folders. */
final class Leftovers {
  private Leftovers() {}

  /**
   * Mount points at or below the folders, as the host's mount table shows them, innermost first.
   */
  static List<String> mounts(Path... folders) {
    try {
      var found = new ArrayList<String>();
      for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
        String point = line.split(" ")[4].replace("\\040", " ");
        for (Path folder : folders) if (Path.of(point).startsWith(folder)) found.add(point);
      }
      return found.reversed();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the mount table", e);
    }
  }

  /** Command lines of processes that name one of the folders, other than this one. */
  static List<String> processes(Path... folders) {
    var found = new ArrayList<String>();
    long self = ProcessHandle.current().pid();
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path process : (Iterable<Path>) all::iterator) {
        String name = process.getFileName().toString();
        if (!name.chars().allMatch(Character::isDigit) || Long.parseLong(name) == self) continue;
        String line = commandLine(process);
        for (Path folder : folders) {
          if (line.contains(folder + "/")) found.add(name + " " + line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list processes", e);
    }
    return found;
  }

  /** Processes whose command line or control group names a mark (the start of an id). */
  static List<String> processesOf(String mark) {
    var found = new ArrayList<String>();
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path process : (Iterable<Path>) all::iterator) {
        if (!process.getFileName().toString().chars().allMatch(Character::isDigit)) continue;
        if (commandLine(process).contains(mark)
            || Demo.read(process.resolve("cgroup")).contains(mark))
          found.add("process " + process.getFileName() + " " + commandLine(process));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list processes", e);
    }
    return found;
  }

  /** Control groups whose name begins with a mark. */
  static List<String> cgroupsOf(String mark) {
    return named(mark, Path.of("/sys/fs/cgroup"));
  }

  /** Paths below some folders with a component that begins with a mark. */
  static List<String> named(String mark, Path... folders) {
    var found = new ArrayList<String>();
    for (Path folder : folders) {
      try {
        Files.walkFileTree(
            folder,
            new java.nio.file.SimpleFileVisitor<>() {
              @Override
              public java.nio.file.FileVisitResult preVisitDirectory(
                  Path directory, java.nio.file.attribute.BasicFileAttributes attributes) {
                return seen(directory);
              }

              @Override
              public java.nio.file.FileVisitResult visitFile(
                  Path file, java.nio.file.attribute.BasicFileAttributes attributes) {
                return seen(file);
              }

              @Override
              public java.nio.file.FileVisitResult visitFileFailed(Path file, IOException e) {
                return java.nio.file.FileVisitResult.CONTINUE;
              }

              private java.nio.file.FileVisitResult seen(Path path) {
                if (!path.getFileName().toString().startsWith(mark))
                  return java.nio.file.FileVisitResult.CONTINUE;
                found.add(path.toString());
                return java.nio.file.FileVisitResult.SKIP_SUBTREE;
              }
            });
      } catch (IOException e) {
        throw new UncheckedIOException("cannot walk " + folder, e);
      }
    }
    return found;
  }

  /** What a folder holds; nothing when it is not there. */
  static List<String> children(Path folder) {
    try (Stream<Path> list = Files.list(folder)) {
      return list.map(Path::toString).toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of(); // it may go at any moment
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(
              process.resolve("cmdline"), java.nio.charset.StandardCharsets.ISO_8859_1)
          .replace('\0', ' ')
          .trim();
    } catch (IOException e) {
      return ""; // it ended meanwhile
    }
  }

  /** Ends and removes the containers whose daemon has died; by the runtime's own state. */
  static void removeContainers(Layout layout) {
    var runc = Requirements.find("runc");
    if (runc.isEmpty()) return;
    for (String root : List.of("runc", "runc-plain")) {
      for (String namespace : children(layout.run().resolve(root))) {
        for (String container : children(Path.of(namespace)))
          Commands.run(
              runc.get().toString(),
              "--root",
              namespace,
              "delete",
              "--force",
              Path.of(container).getFileName().toString());
      }
    }
  }

  /** Detaches what is mounted below the folders and deletes them. */
  static void remove(Path... folders) {
    for (String mount : mounts(folders)) Commands.run("umount", "-l", mount);
    for (Path folder : folders) delete(folder);
  }

  private static void delete(Path folder) {
    if (!Files.isDirectory(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)) return;
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.sorted(java.util.Comparator.reverseOrder()).toList())
        Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }
}
