package dev.theca.sealfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.theca.sealfs.disk.Gcm;
import dev.theca.sealfs.disk.HostFiles;
import dev.theca.sealfs.tree.Commits;
import dev.theca.sealfs.tree.SetAttr;
import dev.theca.sealfs.tree.Stat;
import dev.theca.sealfs.tree.Surroundings;
import dev.theca.sealfs.tree.Tree;
import dev.theca.sealfs.tree.Who;
import dev.theca.wire.secret.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/**
 * Makes the golden volumes of a version of the format: a base, and an upper above it whose journal
 * holds what came after its last checkpoint. Run it for a new version only; what it made stays.
 */
final class GoldenMaker {
  static final UUID BASE_ID = new UUID(0x0123_4567_89AB_CDEFL, 1);
  static final UUID UPPER_ID = new UUID(0x0123_4567_89AB_CDEFL, 2);
  private static final long TIME = 1_700_000_000_123_456_789L;

  private GoldenMaker() {}

  static Secret key(int seed) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) seed);
    return Secret.moveFrom(key);
  }

  /** Bytes that anybody can make again. */
  static byte[] pattern(int seed, int length) {
    byte[] bytes = new byte[length];
    int state = seed * 0x9E37_79B9 + 1;
    for (int i = 0; i < length; i++) {
      state = state * 1_664_525 + 1_013_904_223;
      bytes[i] = (byte) (state >>> 24);
    }
    return bytes;
  }

  /** A file of more blocks than an inode record holds, most of it a hole. */
  static byte[] large() {
    byte[] bytes = new byte[1_200_000];
    System.arraycopy(pattern(4, 60_000), 0, bytes, 0, 30_000);
    System.arraycopy(pattern(4, 60_000), 30_000, bytes, 1_170_000, 30_000);
    return bytes;
  }

  private static Surroundings fixed() {
    var count = new AtomicInteger();
    return new Surroundings(
        HostFiles.REAL,
        () -> {
          byte[] salt = new byte[16];
          salt[0] = (byte) count.incrementAndGet();
          return salt;
        },
        Gcm.Witness.DEAF,
        () -> TIME);
  }

  /** Writes the files to a folder that exists; the root of the base and the anchor of the upper. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    Path base = folder.resolve("base.seal");
    Path upper = folder.resolve("upper.seal");
    Sealed sealed = base(base);
    Anchor anchor = upper(base, sealed, upper);
    for (String name : new String[] {"base.seal", "upper.seal", "upper.log0", "upper.log1"})
      pack(folder.resolve(name));
    Files.writeString(
        folder.resolve("expected.properties"),
        "root=%s\nanchor=%s\n".formatted(HexFormat.of().formatHex(sealed.root()), anchor));
  }

  private static Sealed base(Path file) {
    try (var key = key(1);
        var writer = VolumeWriter.create(file, BASE_ID, key, fixed())) {
      long dir = writer.mkdir(VolumeWriter.ROOT, "dir".getBytes(UTF_8), meta(0751));
      content(writer, dir, "small", pattern(1, 700));
      content(writer, dir, "block", pattern(2, 16_384));
      content(writer, dir, "odd", pattern(3, 70_001));
      long large = writer.file(VolumeWriter.ROOT, "large".getBytes(UTF_8), meta(0640));
      writer.data(large, 0, large(), 0, 30_000);
      writer.data(large, 1_170_000, large(), 1_170_000, 30_000);
      long file2 = content(writer, VolumeWriter.ROOT, "attributes", new byte[0]);
      writer.xattr(file2, "user.colour".getBytes(UTF_8), new byte[] {1, 0, (byte) 0xFF});
      writer.link(file2, dir, "hard".getBytes(UTF_8));
      writer.symlink(dir, "soft".getBytes(UTF_8), "../large".getBytes(UTF_8), meta(0777));
      writer.node(VolumeWriter.ROOT, "null".getBytes(UTF_8), 0020000, 1, 3, meta(0666));
      writer.file(dir, new byte[] {(byte) 0xC3, (byte) 0x28}, meta(0600));
      return writer.seal();
    }
  }

  private static Meta meta(int mode) {
    return new Meta(mode, 1000, 100, TIME);
  }

  private static long content(VolumeWriter writer, long parent, String name, byte[] bytes) {
    long file = writer.file(parent, name.getBytes(UTF_8), meta(0640));
    writer.data(file, 0, bytes, 0, bytes.length);
    return file;
  }

  private static Anchor upper(Path base, Sealed sealed, Path upper) {
    var rhythm = new Commits.Rhythm(600_000, 1 << 30, 1 << 30, 1 << 30, 600_000, false);
    try (var key = key(1);
        var upperKey = key(2)) {
      var volume =
          Volume.openBase(base, BASE_ID, key, sealed.root(), VolumeOptions.USUAL, fixed())
              .orThrow()
              .withUpper(upper, UPPER_ID, upperKey, VolumeState.NEW, rhythm)
              .orThrow();
      write(volume, "made", pattern(5, 40_000));
      write(volume, "inline", pattern(6, 99));
      volume.store().still(() -> {}); // a checkpoint
      var names = volume.namespace();
      names.unlink(Tree.ROOT, "made".getBytes(UTF_8));
      names.rename(
          Who.ROOT, Tree.ROOT, "large".getBytes(UTF_8), Tree.ROOT, "moved".getBytes(UTF_8), 0);
      Stat moved = names.lookup(Tree.ROOT, "moved".getBytes(UTF_8));
      write(volume, moved.ino(), 500_000, pattern(7, 20_000));
      Stat cut =
          volume
              .store()
              .files()
              .setattr(
                  Who.ROOT, moved.ino(), new SetAttr(SetAttr.SIZE, 1_000_001, 0, 0, 0, 0, 0, 0));
      if (cut.size() != 1_000_001) throw new IllegalStateException();
      volume.sync();
      Anchor anchor = volume.anchor().orElseThrow();
      volume.abandon(); // the rest is in the journal
      return anchor;
    }
  }

  private static void write(Volume volume, String name, byte[] bytes) {
    Stat made = volume.namespace().mknod(Who.ROOT, Tree.ROOT, name.getBytes(UTF_8), 0100644, 0, 0);
    write(volume, made.ino(), 0, bytes);
    volume.namespace().forget(made.ino(), 1);
  }

  private static void write(Volume volume, long ino, long offset, byte[] bytes) {
    int unused = volume.store().files().write(ino, offset, ByteBuffer.wrap(bytes), false, false);
  }

  private static void pack(Path file) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(Files.readAllBytes(file));
    }
    Files.write(file.resolveSibling(file.getFileName() + ".gz"), packed.toByteArray());
    Files.delete(file);
  }
}
