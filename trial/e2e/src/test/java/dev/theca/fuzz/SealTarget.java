package dev.theca.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.theca.sealfs.Anchor;
import dev.theca.sealfs.Meta;
import dev.theca.sealfs.Sealed;
import dev.theca.sealfs.Volume;
import dev.theca.sealfs.VolumeOptions;
import dev.theca.sealfs.VolumeState;
import dev.theca.sealfs.VolumeWriter;
import dev.theca.sealfs.gramine.Listing;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A host that changes the files of a sealed volume. An input is a list of changes: three bytes say
 * where, one what is added there; so it means the same for every volume, whatever its salts are.
 * What comes out of a changed volume is what was put in, or nothing.
 */
final class SealTarget {
  private static final UUID ID = new UUID(7, 7);
  private static final int LIMIT = 1 << 20;
  private static final byte[] CONTENT = new byte[20_000];
  private static final byte[] SMALL = "small and inline".getBytes(UTF_8);
  private static final Meta META = new Meta(0644, 0, 0, 1_000_000_007L);
  private static final List<String> FILES = List.of("v.seal", "v.log0", "v.log1");

  private final Path folder;
  private final Path file;
  private final byte[] base;
  private final Sealed sealed;
  private final Map<String, byte[]> upper = new TreeMap<>();
  private final Anchor anchor;

  private SealTarget() {
    try {
      folder = Files.createTempDirectory("theca-fuzz-seal");
      file = folder.resolve(FILES.getFirst());
      folder.toFile().deleteOnExit();
      for (String name : FILES) folder.resolve(name).toFile().deleteOnExit();
      for (int i = 0; i < CONTENT.length; i++) CONTENT[i] = (byte) (i * 31 + (i >> 8));
      sealed = makeBase();
      base = Files.readAllBytes(file);
      Files.delete(file);
      anchor = makeUpper();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Lazy {
    static final SealTarget ONE = new SealTarget();
  }

  static Map<String, CoverageTargets.Target> targets() {
    return Map.of(
        "sealfs-base",
        in -> Lazy.ONE.changedBase(in),
        "sealfs-upper",
        in -> Lazy.ONE.changedUpper(in),
        "sealfs-listing",
        in -> Listing.parse(in, Digest.sha256(in)));
  }

  private static Secret key() {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) 5);
    return Secret.moveFrom(key);
  }

  private Sealed makeBase() {
    try (var key = key();
        var writer = VolumeWriter.create(file, ID, key)) {
      long dir = writer.mkdir(VolumeWriter.ROOT, "dir".getBytes(UTF_8), META);
      long one = writer.file(dir, "one".getBytes(UTF_8), META);
      writer.data(one, 0, CONTENT, 0, CONTENT.length);
      long two = writer.file(dir, "two".getBytes(UTF_8), META);
      writer.data(two, 0, SMALL, 0, SMALL.length);
      writer.xattr(two, "user.a".getBytes(UTF_8), SMALL);
      writer.symlink(dir, "link".getBytes(UTF_8), "one".getBytes(UTF_8), META);
      return writer.seal();
    }
  }

  /** Its files are taken while it is open, so that the journal holds what came last. */
  private Anchor makeUpper() throws IOException {
    try (var key = key();
        var volume = Volume.open(file, ID, key, VolumeState.NEW, VolumeOptions.USUAL).orThrow()) {
      var edit = volume.edit();
      long dir = edit.mkdir(VolumeWriter.ROOT, "dir".getBytes(UTF_8), META);
      long one = edit.file(dir, "one".getBytes(UTF_8), META);
      edit.data(one, 0, SMALL, 0, SMALL.length);
      volume.sync();
      edit.data(one, 0, CONTENT, 0, CONTENT.length);
      long two = edit.file(dir, "two".getBytes(UTF_8), META);
      edit.data(two, 0, SMALL, 0, SMALL.length);
      volume.sync();
      for (String name : FILES) upper.put(name, Files.readAllBytes(folder.resolve(name)));
      return volume.anchor().orElseThrow();
    }
  }

  /** Whether anything is another. */
  private static boolean change(byte[] bytes, byte[] in) {
    if (bytes.length == 0) return false;
    byte[] before = bytes.clone();
    for (int i = 0; i + 3 < in.length; i += 4) {
      int at = (in[i] & 0xFF) << 16 | (in[i + 1] & 0xFF) << 8 | in[i + 2] & 0xFF;
      bytes[at % bytes.length] += in[i + 3];
    }
    return !Arrays.equals(before, bytes);
  }

  private void changedBase(byte[] in) {
    byte[] bytes = base.clone();
    boolean changed = change(bytes, in);
    write(FILES.getFirst(), bytes);
    try (var key = key()) {
      judged(Volume.openBase(file, ID, key, sealed.root()), changed);
    }
  }

  private void changedUpper(byte[] in) {
    boolean changed = false;
    int part = in.length / FILES.size() / 4 * 4;
    for (int i = 0; i < FILES.size(); i++) {
      byte[] bytes = upper.get(FILES.get(i)).clone();
      changed |= change(bytes, Arrays.copyOfRange(in, i * part, (i + 1) * part));
      write(FILES.get(i), bytes);
    }
    try (var key = key()) {
      judged(Volume.look(file, ID, key, new VolumeState.Since(anchor)), changed);
    }
  }

  private void write(String name, byte[] bytes) {
    try {
      Files.write(folder.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void judged(Outcome<Volume> opened, boolean changed) {
    if (!(opened instanceof Outcome.Granted<Volume>(var volume))) {
      if (!changed) throw new IllegalStateException("a good volume is refused: " + opened);
      return;
    }
    try (volume) {
      same(volume.peek("/dir/one", LIMIT).orElse(CONTENT), CONTENT);
      same(volume.peek("/dir/two", LIMIT).orElse(SMALL), SMALL);
      var verified = volume.verify();
      if (!changed && !verified.isGranted()) throw new IllegalStateException("good: " + verified);
    }
  }

  private static void same(byte[] found, byte[] expected) {
    if (!Arrays.equals(found, expected)) throw new IllegalStateException("wrong data");
  }

  /** Inputs to begin with: changes of superblocks, of content, of journals. */
  static Map<String, List<byte[]>> seeds() {
    byte[] some = {0, 0, 9, 1, 0, 16, 3, 1, 0, 40, 0, -1};
    byte[] many = new byte[120];
    for (int i = 0; i < many.length; i++) many[i] = (byte) (i * 37);
    return Map.of(
        "sealfs-base",
        List.of(new byte[0], some, many),
        "sealfs-upper",
        List.of(new byte[0], some, many),
        "sealfs-listing",
        List.of("theca-listing 1\n".getBytes(UTF_8)));
  }

  /** Writes the seeds of a target into a folder. */
  public static void main(String[] words) throws IOException {
    int number = 0;
    for (byte[] seed : seeds().getOrDefault(words[0], List.of()))
      Files.write(Path.of(words[1], "seed-" + number++), seed);
  }
}
