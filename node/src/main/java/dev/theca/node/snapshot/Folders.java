package dev.theca.node.snapshot;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongPredicate;
import java.util.stream.Stream;

/**
 * The folders of snapshots: {@code snapshots/N/fs} for content and {@code snapshots/N/ovl} for
 * overlayfs' own work. To remove one takes one rename; its tree is deleted behind the answer.
 */
final class Folders implements AutoCloseable {
  private final Path root;
  private final Path snapshots;
  private final Path trash;
  private final AtomicBoolean asked = new AtomicBoolean();
  private final ExecutorService sweeper =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("snapshot-sweeper").daemon().factory());

  Folders(Path root) throws IOException {
    this.root = root;
    snapshots = root.resolve("snapshots");
    trash = root.resolve("trash");
    open();
  }

  private void open() throws IOException {
    Files.createDirectories(snapshots);
    Files.createDirectories(trash);
    mode(root, "rwx------");
  }

  Path content(long number) {
    return snapshots.resolve(number + "/fs");
  }

  Path work(long number) {
    return snapshots.resolve(number + "/ovl");
  }

  /** Makes the folders of a new snapshot, with its root owned as given. */
  void make(long number, int uid, int gid) throws IOException {
    try {
      Files.createDirectory(snapshots.resolve(number + ""));
    } catch (NoSuchFileException e) {
      open(); // the state folder was removed below us
      Files.createDirectory(snapshots.resolve(number + ""));
    }
    fill(number);
    if (uid != 0 || gid != 0) {
      Files.setAttribute(content(number), "unix:uid", uid);
      Files.setAttribute(content(number), "unix:gid", gid);
    }
  }

  /** Makes what is missing of a snapshot's folders; whether anything was. */
  boolean heal(long number) throws IOException {
    if (Files.isDirectory(content(number)) && Files.isDirectory(work(number))) return false;
    open();
    directory(snapshots.resolve(number + ""));
    fill(number);
    return true;
  }

  private void fill(long number) throws IOException {
    mode(snapshots.resolve(number + ""), "rwx------");
    directory(content(number));
    mode(content(number), "rwxr-xr-x");
    directory(work(number));
    mode(work(number), "rwx--x--x");
  }

  private static void directory(Path path) throws IOException {
    try {
      Files.createDirectory(path);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(path)) throw e;
    }
  }

  private static void mode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  /** Takes a folder out of the way; {@link #sweep} deletes it. */
  void setAside(long number) throws IOException {
    setAside(snapshots.resolve(number + ""));
  }

  private void setAside(Path folder) throws IOException {
    try {
      Path aside = trash.resolve(folder.getFileName() + "-" + System.nanoTime());
      Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      if (Files.exists(folder)) {
        open();
        setAside(folder);
      }
    }
  }

  /** Sets aside everything that is no folder of a known snapshot. */
  void setAsideUnknown(LongPredicate known) throws IOException {
    for (Path folder : all()) {
      long number = number(folder);
      if (number < 0 || !known.test(number)) setAside(folder);
    }
  }

  /** The highest number in use, by a snapshot or by something left over. */
  long highest() throws IOException {
    long highest = 0;
    for (Path folder : all()) highest = Math.max(highest, number(folder));
    try (Stream<Path> list = Files.list(trash)) {
      for (Path folder : list.toList()) {
        String name = folder.getFileName().toString();
        int end = name.indexOf('-');
        if (end > 0) highest = Math.max(highest, number(Path.of(name.substring(0, end))));
      }
    }
    return highest;
  }

  private List<Path> all() throws IOException {
    try (Stream<Path> list = Files.list(snapshots)) {
      return list.toList();
    } catch (NoSuchFileException e) {
      return new ArrayList<>();
    }
  }

  private static long number(Path folder) {
    String name = folder.getFileName().toString();
    return name.matches("[1-9][0-9]{0,17}") ? Long.parseLong(name) : -1;
  }

  /** Deletes what was set aside, on a thread of its own; done when all of it was tried. */
  CompletableFuture<Integer> sweep() {
    return CompletableFuture.supplyAsync(
        () -> {
          asked.set(false);
          return Files.isDirectory(trash) ? TreeRemoval.empty(trash) : 0;
        },
        sweeper);
  }

  /** As {@link #sweep}, but once for all who ask before it begins, and nobody waits. */
  void sweepLater() {
    if (!asked.compareAndSet(false, true)) return;
    var unused = sweep();
  }

  /** What is not deleted within a few seconds is deleted by the next start. */
  @Override
  public void close() {
    sweeper.shutdown();
    try {
      if (!sweeper.awaitTermination(5, TimeUnit.SECONDS)) sweeper.shutdownNow();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
