package dev.theca.sealfs.gramine;

import dev.theca.wire.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The host directory that an export fills. A file is written in a directory of its own and moved to
 * its name when it is whole, so that a crash leaves no half file under a name. After a crash that
 * directory is still there, and a check against a listing refuses it as extra.
 */
final class HostTree {
  static final String STAGING = ".theca-export-unfinished";

  private final Path root;
  private final Path staging;
  private final AtomicLong next = new AtomicLong();

  private HostTree(Path root) {
    this.root = root;
    this.staging = root.resolve(STAGING);
  }

  /** Makes the directory, or takes one that is empty, where so many bytes have room. */
  static Outcome<HostTree> begin(Path root, long bytes) {
    try {
      var above = root.toAbsolutePath().getParent();
      Path disk = Files.exists(root) || above == null ? root : above;
      long room = Files.getFileStore(disk).getUsableSpace();
      if (bytes > room)
        return PfCode.ROOM.refused("room for " + root, bytes + " bytes", room + " bytes");
      if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) Files.createDirectory(root);
      if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS))
        return PfCode.TARGET.refused(root.toString(), "a directory", "something else");
      try (var there = Files.newDirectoryStream(root)) {
        if (there.iterator().hasNext())
          return PfCode.TARGET.refused(root.toString(), "an empty directory", "one with content");
      }
      var tree = new HostTree(root);
      Files.createDirectory(tree.staging);
      return Outcome.granted(tree);
    } catch (IOException e) {
      throw new PfException("cannot begin an export in " + root, e);
    }
  }

  void mkdir(Plan.Folder folder) {
    Path path = root.resolve(HostFile.relative(folder.path()));
    try {
      Files.createDirectory(path);
      Files.setPosixFilePermissions(path, permissions(folder.permissions()));
    } catch (IOException e) {
      throw new PfException("cannot make the directory " + path, e);
    }
  }

  /** How a file's bytes are made. */
  @FunctionalInterface
  interface Content {
    PfWriter.Written to(PfSink sink);
  }

  PfWriter.Written file(Plan.File file, Content content) {
    Path path = root.resolve(HostFile.relative(file.path()));
    Path unfinished = staging.resolve(Long.toString(next.getAndIncrement()));
    try {
      PfWriter.Written written;
      try (var channel =
          FileChannel.open(
              unfinished,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS)) {
        written =
            content.to(
                (offset, bytes, from, length) -> write(channel, offset, bytes, from, length));
      }
      Files.setPosixFilePermissions(unfinished, permissions(file.permissions()));
      Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
      return written;
    } catch (IOException e) {
      throw new PfException("cannot write the protected file " + path, e);
    }
  }

  private static void write(FileChannel channel, long offset, byte[] bytes, int from, int length) {
    var buffer = ByteBuffer.wrap(bytes, from, length);
    try {
      for (long at = offset; buffer.hasRemaining(); ) at += channel.write(buffer, at);
    } catch (IOException e) {
      throw new PfException("cannot write a protected file", e);
    }
  }

  private static Set<PosixFilePermission> permissions(int bits) {
    var all = PosixFilePermission.values(); // OWNER_READ first, as 0400
    var set = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < all.length; i++) if ((bits & 0400 >> i) != 0) set.add(all[i]);
    return set;
  }

  void finish() {
    try {
      Files.delete(staging);
    } catch (IOException e) {
      throw new PfException("cannot finish the export in " + root, e);
    }
  }

  /** Removes everything that was made, as far as the host lets us; the directory itself stays. */
  void discard() throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes about)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, java.io.IOException fault)
              throws IOException {
            if (!directory.equals(root)) Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
