package dev.theca.node.install;

import dev.theca.linux.Mounts;
import dev.theca.node.runc.Runc;
import dev.theca.node.snapshot.SnapshotRemains;
import dev.theca.node.snapshot.TreeRemoval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a daemon that has ended leaves in its two folders. What is of use to nobody without it goes,
 * and only by names that the daemon gives. Snapshots that containerd counts on and volumes that
 * stay are kept, and named, unless all is to go: the first a later installation needs, the second
 * belong to whoever runs the pods.
 */
final class Leavings {
  private static final List<String> OF_RUN = List.of("pods", "tasks", "pty", "scratch");
  private static final List<String> FILES =
      List.of(
          "node.sock",
          "task.sock",
          "plain.sock",
          "snapshots.sock",
          "init-data.toml",
          "empty",
          "take-over.json");
  private static final int SHOWN = 5;

  private final Site site;
  private final List<String> notes;
  private final List<Path> gone = new ArrayList<>();

  /** Notes are told what stays, and why. */
  Leavings(Site site, List<String> notes) {
    this.site = site;
    this.notes = notes;
  }

  /** The folders that were removed. */
  List<Path> remove(boolean all) throws IOException {
    if (new NodeState(site.run()).listens("node.sock")) {
      daemonRuns("it listens at " + site.run().resolve("node.sock"));
      return gone;
    }
    if (!snapshots(all)) return gone;
    containers();
    volumes(all);
    folder(site.state().resolve("pause"));
    for (String name : OF_RUN) folder(site.run().resolve(name));
    for (String name : FILES) Files.deleteIfExists(site.run().resolve(name));
    Transaction.removeEmpty(List.of(site.state(), site.run()));
    return gone;
  }

  private void daemonRuns(String why) {
    notes.add(
        "the node daemon runs, so what it keeps in "
            + site.state()
            + " stays ("
            + why
            + "); end it and run theca node uninstall again");
  }

  /** False when a daemon uses them. */
  private boolean snapshots(boolean all) throws IOException {
    Path root = site.state().resolve("snapshots");
    if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) return true;
    SnapshotRemains remains;
    try {
      remains = SnapshotRemains.take(root);
    } catch (IOException e) {
      daemonRuns(String.valueOf(e.getMessage()));
      return false;
    }
    try (remains) {
      if (remains.known() > 0 && !all) {
        notes.add(
            "kept "
                + root
                + ": containerd counts on "
                + remains.known()
                + " snapshots there"
                + shown(remains.images())
                + "; a later installation goes on with them. They go when their images are removed"
                + " before the node is uninstalled, or with theca node uninstall --purge");
        return true;
      }
      Mounts.detachBelow(root);
      told(root, remains.remove());
    }
    return true;
  }

  private static String shown(List<String> images) {
    if (images.isEmpty()) return "";
    String more = images.size() > SHOWN ? " and " + (images.size() - SHOWN) + " more" : "";
    return " (" + String.join(", ", images.subList(0, Math.min(SHOWN, images.size()))) + more + ")";
  }

  /** Containers of confidential pods cannot outlive their daemon; of others, those nobody has. */
  private void containers() throws IOException {
    var confidential = site.run().resolve("runc");
    var plain = site.run().resolve("plain");
    new Runc(site.runc(), confidential).deleteAll();
    new Runc(site.runc(), plain).deleteAbandoned();
    for (Path root : List.of(confidential, plain)) {
      if (isWithoutContainers(root)) folder(root);
      else notes.add("kept " + root + ": containers are there; end them, then uninstall again");
    }
  }

  private static boolean isWithoutContainers(Path root) throws IOException {
    if (!Files.isDirectory(root)) return true;
    try (Stream<Path> below = Files.walk(root, 2)) {
      return below.allMatch(path -> root.relativize(path).getNameCount() < 2);
    }
  }

  private void volumes(boolean all) throws IOException {
    folder(site.state().resolve("volumes"));
    Path durable = site.state().resolve("durable");
    if (!Files.isDirectory(durable, LinkOption.NOFOLLOW_LINKS)) return;
    boolean any;
    try (Stream<Path> walk = Files.walk(durable)) {
      any = walk.anyMatch(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS));
    }
    if (any && !all)
      notes.add(
          "kept "
              + durable
              + ": sealed volumes of pods that stay; theca node uninstall --purge deletes them");
    else folder(durable);
  }

  /** Deletes a tree of the daemon's own, with nothing mounted in it any more. */
  private void folder(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) return;
    Mounts.detachBelow(folder);
    told(folder, TreeRemoval.delete(folder));
  }

  private void told(Path folder, boolean deleted) {
    if (deleted) gone.add(folder);
    else notes.add("kept " + folder + ": something in it could not be deleted");
  }
}
