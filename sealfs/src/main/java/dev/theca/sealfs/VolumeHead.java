package dev.theca.sealfs;

import dev.theca.sealfs.disk.Superblock;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/**
 * What the head of a volume's file says, to anybody: it is not encrypted. Without the key nothing
 * of it is proved; opening a volume does not use it.
 *
 * @param baseUuid of the base that it lies above
 * @param epochs how often it was opened for writing; 32768 is the end
 * @param sequence the last journal frame that the last checkpoint contains
 */
public record VolumeHead(
    UUID uuid,
    boolean isBase,
    Optional<UUID> baseUuid,
    int blockBytes,
    long generation,
    int epochs,
    long sequence,
    long usedBytes,
    long usedInodes,
    long quotaBytes,
    long quotaInodes) {
  /** Of the only format there is. */
  public static final int VERSION = Superblock.VERSION;

  /** Refused is what is no volume of this version. */
  public static Outcome<VolumeHead> read(Path file) {
    if (!Files.exists(file)) return Refusals.missing(file);
    Optional<Superblock> newest = Optional.empty();
    try (var channel = Files.newByteChannel(file, StandardOpenOption.READ)) {
      for (int copy = 0; copy < 2; copy++) {
        var block = ByteBuffer.allocate(Superblock.SIZE);
        channel.position((long) copy * Superblock.SIZE);
        while (block.hasRemaining() && channel.read(block) >= 0) {}
        var read = Superblock.unproved(block.array());
        if (read.isEmpty()) continue;
        if (newest.isEmpty() || read.get().generation() > newest.get().generation()) newest = read;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    return newest
        .map(s -> Outcome.granted(of(s)))
        .orElseGet(
            () ->
                Outcome.refused(
                    Volume.Refused.FORMAT,
                    "file " + file.getFileName(),
                    "a sealfs volume of version 1",
                    "something else",
                    "name the file of a volume"));
  }

  private static VolumeHead of(Superblock s) {
    return new VolumeHead(
        s.uuid(),
        s.isBase(),
        s.hasBase() ? Optional.of(s.baseUuid()) : Optional.empty(),
        1 << s.blockLog2(),
        s.generation(),
        s.epochs(),
        s.sequence(),
        s.usedBytes(),
        s.usedInodes(),
        s.quotaBytes(),
        s.quotaInodes());
  }
}
