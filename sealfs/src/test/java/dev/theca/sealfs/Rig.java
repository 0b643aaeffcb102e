package dev.theca.sealfs;

import dev.theca.kit.ChildJava;
import dev.theca.sealfs.disk.Gcm;
import dev.theca.sealfs.disk.HostFiles;
import dev.theca.sealfs.tree.Commits;
import dev.theca.sealfs.tree.Surroundings;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A volume on a host in memory, with everything that it takes from outside in the test's hand. */
final class Rig {
  static final Path FILE = Path.of("/host/upper.seal");
  static final Path LOG0 = Path.of("/host/upper.log0");
  static final Path LOG1 = Path.of("/host/upper.log1");
  static final Path BASE = Path.of("/host/base.seal");
  static final UUID UPPER_ID = new UUID(1, 2);
  static final UUID BASE_ID = new UUID(3, 4);

  /** Commits and checkpoints when they are asked for, and at no other time. */
  static final Commits.Rhythm ASKED =
      new Commits.Rhythm(3_600_000, 1L << 40, 1L << 40, 1L << 40, 3_600_000, false);

  /** A checkpoint with nearly every commit. */
  static final Commits.Rhythm HURRIED =
      new Commits.Rhythm(3_600_000, 1L << 40, 1L << 40, 2_000, 3_600_000, false);

  private static final AtomicLong CLOCK = new AtomicLong(1_000_000_000L);
  private static final SecureRandom RANDOM = new SecureRandom();

  final Secret key = Secret.moveFrom(seed(1));
  final Secret baseKey = Secret.moveFrom(seed(2));
  VolumeOptions options = VolumeOptions.USUAL;
  Commits.Rhythm rhythm = ASKED;
  Gcm.Witness witness = Gcm.Witness.DEAF;
  Supplier<byte[]> salts = Rig::salt;
  private byte @Nullable [] root;

  private static byte[] seed(int with) {
    byte[] key = new byte[32];
    java.util.Arrays.fill(key, (byte) with);
    return key;
  }

  static byte[] salt() {
    byte[] salt = new byte[16];
    RANDOM.nextBytes(salt);
    return salt;
  }

  Surroundings around(HostFiles files) {
    return new Surroundings(files, salts, witness, CLOCK::incrementAndGet);
  }

  /** Writes a base; from now on volumes lie above it. */
  void base(HostFiles files, Random random) {
    var meta = new Meta(0644, 0, 0, 5);
    try (var writer = VolumeWriter.create(BASE, BASE_ID, baseKey, around(files))) {
      long dir = writer.mkdir(VolumeWriter.ROOT, ModelTree.name("d"), new Meta(0755, 0, 0, 5));
      for (int i = 0; i < 3; i++) {
        long ino = writer.file(i == 0 ? dir : VolumeWriter.ROOT, ModelTree.name("b" + i), meta);
        byte[] noise = new byte[i == 0 ? 700 : i == 1 ? 60_000 : 2_000_000];
        random.nextBytes(noise);
        writer.data(ino, 0, noise, 0, noise.length);
      }
      root = writer.seal().root();
    }
  }

  private Opening.@Nullable Below below() {
    var commitment = root;
    return commitment == null
        ? null
        : new Opening.Below(BASE, BASE_ID, baseKey, commitment.clone());
  }

  Outcome<Volume> open(HostFiles files, VolumeState state) {
    return Volume.open(FILE, UPPER_ID, key, below(), state, options, rhythm, around(files));
  }

  Volume opened(HostFiles files, VolumeState state) {
    return open(files, state).orThrow();
  }

  /** The base, which was written, under an upper that is gone when it is closed. */
  Volume ephemeral(HostFiles files) {
    byte[] commitment = java.util.Objects.requireNonNull(root);
    var volume =
        Volume.openBase(BASE, BASE_ID, baseKey, commitment, options, around(files)).orThrow();
    volume.withEphemeralUpper(FILE, UPPER_ID, key);
    return volume;
  }

  Outcome<Volume> look(HostFiles files, VolumeState state) {
    return Volume.look(FILE, UPPER_ID, key, below(), state, around(files));
  }

  static void verified(Volume volume) {
    var outcome = volume.verify();
    if (outcome instanceof Outcome.Refused<?> refused)
      throw new AssertionError("not verified: " + refused);
  }

  static long seconds(String what) {
    long seconds = Long.getLong("theca.check.seconds", 0);
    if (seconds > 0) System.out.println(what + ": a budget of " + seconds + " s");
    return seconds;
  }

  /** A command line for a class of these tests, in a process that can be killed. */
  static List<String> command(List<String> options, Class<?> main, String... arguments) {
    Path classes = Path.of(System.getProperty("theca.root", ".."), "sealfs", "target");
    String path =
        ChildJava.classPath(classes.resolve("test-classes") + "", classes.resolve("classes") + "");
    return ChildJava.command(path, options, main.getName(), arguments);
  }

  /** Starts the randomness, and is shown when a test fails; another each time in long forms. */
  static long seed() {
    long usual = Long.getLong("theca.check.seconds", 0) > 0 ? System.nanoTime() : 20_261_122L;
    return Long.getLong("theca.seed", usual);
  }
}
