package dev.theca.node.install;

import dev.theca.wire.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a file is: content, permission bits, owner and group. Written whole or not at all. */
record FileState(byte[] content, int mode, int uid, int gid) {
  private static final int BITS = 07777;

  /** A file of ours: for root, with these permission bits. */
  static FileState ours(byte[] content, int mode) {
    return new FileState(content, mode, 0, 0);
  }

  FileState with(byte[] other) {
    return new FileState(other, mode, uid, gid);
  }

  Digest digest() {
    return Digest.sha256(content);
  }

  boolean sameAs(FileState other) {
    return digest().equals(other.digest())
        && mode == other.mode
        && uid == other.uid
        && gid == other.gid;
  }

  /** The state of a file; empty when there is none. */
  static Optional<FileState> of(Path file) throws IOException {
    if (!Files.exists(file)) return Optional.empty();
    var attributes = Files.readAttributes(file, "unix:mode,uid,gid");
    return Optional.of(
        new FileState(
            Files.readAllBytes(file),
            number(attributes.get("mode")) & BITS,
            number(attributes.get("uid")),
            number(attributes.get("gid"))));
  }

  private static int number(@Nullable Object attribute) {
    return attribute instanceof Integer number ? number : 0;
  }

  /** Puts this state in a file's place: flushed beside it, then renamed over it. */
  void put(Path file) throws IOException {
    if (FuseRing.isParameter(file)) {
      Files.write(file, content, StandardOpenOption.WRITE);
      return;
    }
    Files.createDirectories(folder(file));
    Path beside = beside(file);
    Files.deleteIfExists(beside);
    try (var out =
        FileChannel.open(beside, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
      Files.setAttribute(beside, "unix:mode", mode & 0700);
      Files.setAttribute(beside, "unix:uid", uid);
      Files.setAttribute(beside, "unix:gid", gid);
      Files.setAttribute(beside, "unix:mode", mode);
      var left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) out.write(left);
      out.force(true);
    }
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    flush(folder(file));
  }

  static void remove(Path file) throws IOException {
    Files.deleteIfExists(beside(file));
    if (Files.deleteIfExists(file)) flush(folder(file));
  }

  static Path folder(Path file) {
    return file.toAbsolutePath().resolveSibling("");
  }

  /** Where the next state is written; one name, so that a crash leaves one file at most. */
  static Path beside(Path file) {
    return file.resolveSibling("." + file.getFileName() + ".theca-new");
  }

  private static void flush(Path folder) throws IOException {
    try (var open = FileChannel.open(folder, StandardOpenOption.READ)) {
      open.force(true);
    }
  }
}
