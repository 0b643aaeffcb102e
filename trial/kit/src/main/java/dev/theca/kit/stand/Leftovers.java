package dev.theca.kit.stand;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What is left of a stand's containers. */
final class Leftovers {
  private static final Path RUNC = Path.of("/run/containerd/runc");

  private Leftovers() {}

  /** Containers and tasks that somebody forgot to remove, while containerd still answers. */
  static List<String> containers(Stand stand) {
    var left = new ArrayList<String>();
    Sh.run(stand.ctr("containers", "list", "-q"))
        .out()
        .lines()
        .forEach(l -> left.add("container " + l));
    return left;
  }

  /** Processes, mounts, state of runc, control groups and sockets, after containerd has ended. */
  static List<String> after(Stand stand) {
    var left = new ArrayList<String>();
    // The last shims end a moment after their last task.
    for (int i = 0; i < 300 && !processes(stand).isEmpty(); i++) Stand.pause(100);
    processes(stand).forEach(p -> left.add("process " + p));
    mounts(stand).forEach(m -> left.add("mount " + m));
    runcStates(stand).forEach(container -> left.add("runc " + container));
    for (Path bundles : List.of(stand.run().resolve("state/io.containerd.runtime.v2.task")))
      for (Path namespace : list(bundles))
        for (Path bundle : list(namespace)) left.add("bundle " + bundle);
    cgroups(stand).forEach(c -> left.add("cgroup " + c));
    return left;
  }

  /** The same while containerd and the daemon run: what belongs to containers. */
  static List<String> remains(Stand stand) {
    var left = new ArrayList<String>();
    for (String process : processes(stand))
      if (!isCounted(stand, process.substring(0, process.indexOf(' '))))
        left.add("process " + process);
    for (String mount : mounts(stand))
      if (mount.contains("/io.containerd.runtime.v2.task/") || mount.contains("/node/"))
        left.add("mount " + mount);
    runcStates(stand).forEach(container -> left.add("runc " + container));
    bundles(stand).forEach(bundle -> left.add("bundle " + bundle));
    cgroups(stand).forEach(c -> left.add("cgroup " + c));
    Path node = stand.run().resolve("node");
    for (Path handler : list(node.resolve("tasks")))
      for (Path link : list(handler)) left.add("index " + link);
    for (String folder : List.of("pty", "scratch", "pods"))
      for (Path file : list(node.resolve(folder))) left.add(folder + " " + file);
    return left;
  }

  /** A service, or what is dead and the daemon collects when it next looks: a number, no more. */
  private static boolean isCounted(Stand stand, String pid) {
    if (stand.isService(Long.parseLong(pid))) return true;
    var dead = java.util.regex.Pattern.compile("\\) Z (\\d+) ");
    var parent = dead.matcher(read(Path.of("/proc", pid, "stat")));
    return parent.find() && stand.isService(Long.parseLong(parent.group(1)));
  }

  static List<String> bundles(Stand stand) {
    var found = new ArrayList<String>();
    for (Path namespace : list(stand.run().resolve("state/io.containerd.runtime.v2.task")))
      for (Path bundle : list(namespace)) found.add(bundle.toString());
    return found;
  }

  /** Ends what runs, and removes what a reboot removes; the services are gone. */
  static void reboot(Stand stand) {
    for (int i = 0; i < 600 && !processes(stand).isEmpty(); i++) {
      for (String process : processes(stand))
        ProcessHandle.of(Long.parseLong(process.substring(0, process.indexOf(' '))))
            .ifPresent(ProcessHandle::destroyForcibly);
      Stand.pause(50);
    }
    for (String mount : mounts(stand)) Sh.run(List.of("umount", "-l", mount));
    for (Path group : cgroups(stand)) removeGroup(group);
    for (String gone : List.of("state", "node", "node.sock", "runc-runc", "runc-theca-plain"))
      delete(stand.run().resolve(gone));
    delete(RUNC.resolve(stand.name()));
  }

  /** What runc still knows: below the handlers' roots, and where {@code ctr} has it put. */
  private static List<Path> runcStates(Stand stand) {
    var namespaces = new ArrayList<Path>(List.of(RUNC.resolve(stand.name())));
    for (Handler handler : Handler.values())
      namespaces.addAll(list(stand.run().resolve("runc-" + handler.cri())));
    return namespaces.stream().flatMap(namespace -> list(namespace).stream()).toList();
  }

  static List<String> processes(Stand stand) {
    var found = new ArrayList<String>();
    long self = ProcessHandle.current().pid();
    for (Path process : list(Path.of("/proc"))) {
      String pid = process.getFileName().toString();
      if (!pid.chars().allMatch(Character::isDigit) || Long.parseLong(pid) == self) continue;
      String line = read(process.resolve("cmdline")).replace('\0', ' ');
      if (line.contains("/" + stand.name() + "/")
          || read(process.resolve("cgroup")).contains("/" + stand.name()))
        found.add(pid + " " + line);
    }
    return found;
  }

  static List<String> mounts(Stand stand) {
    return read(Path.of("/proc/self/mountinfo"))
        .lines()
        .map(line -> line.split(" ")[4])
        .filter(point -> point.contains("/" + stand.name()))
        .toList()
        .reversed();
  }

  /** Groups below the stand's own; the stand's own group is nobody's fault. */
  private static List<Path> cgroups(Stand stand) {
    var found = new ArrayList<Path>();
    for (Path own : ownGroups(stand))
      for (Path below : list(own)) if (Files.isDirectory(below)) found.add(below);
    return found;
  }

  private static List<Path> ownGroups(Stand stand) {
    var found = new ArrayList<Path>();
    Path top = Path.of("/sys/fs/cgroup");
    for (Path place : Stream.concat(Stream.of(top), list(top).stream()).toList()) {
      Path own = place.resolve(stand.name());
      if (Files.isDirectory(own)) found.add(own);
    }
    Path slice = top.resolve(slice(stand)); // systemd.slice(5): a dash is one more level
    if (Files.isDirectory(slice)) found.add(slice);
    return found;
  }

  /** Below the tree's root. */
  static String slice(Stand stand) {
    var path = new StringBuilder();
    for (int i = stand.name().indexOf('-'); i > 0; i = stand.name().indexOf('-', i + 1))
      path.append(stand.name(), 0, i).append(".slice/");
    return path.append(stand.name()).append(".slice").toString();
  }

  static void remove(Stand stand) {
    for (Path container : runcStates(stand)) {
      String id = container.getFileName().toString();
      String at = container.resolveSibling(".").normalize().toString();
      Sh.run(List.of("runc", "--root", at, "delete", "--force", id));
    }
    delete(RUNC.resolve(stand.name()));
    for (String process : processes(stand))
      ProcessHandle.of(Long.parseLong(process.substring(0, process.indexOf(' '))))
          .ifPresent(ProcessHandle::destroyForcibly);
    for (int i = 0; i < 300 && !processes(stand).isEmpty(); i++) Stand.pause(100);
    for (String mount : mounts(stand)) Sh.run(List.of("umount", "-l", mount));
    Sh.run(List.of("ip", "link", "delete", stand.name()));
    if (Stand.SYSTEMD) Sh.run(List.of("systemctl", "stop", stand.name() + ".slice"));
    for (Path group : cgroups(stand)) removeGroup(group);
    ownGroups(stand).forEach(Leftovers::removeGroup);
    delete(stand.run());
    delete(stand.root());
  }

  private static void removeGroup(Path group) {
    for (Path below : list(group)) if (Files.isDirectory(below)) removeGroup(below);
    if (!group.toFile().delete())
      System.getLogger("theca.stand").log(System.Logger.Level.WARNING, "cannot remove " + group);
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) return;
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            @SuppressWarnings("NullAway") // no exception: the folder was read
            public FileVisitResult postVisitDirectory(Path directory, IOException e)
                throws IOException {
              Files.delete(directory);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> list = Files.list(folder)) {
      return list.toList();
    } catch (IOException e) {
      return List.of(); // not there, or gone meanwhile
    }
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // it has ended
    }
  }
}
