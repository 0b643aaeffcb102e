package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.kit.RingSwitch;
import dev.theca.linux.Mounts;
import dev.theca.linux.fuse.Transport;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** A mounted volume in a folder of its own, and Python programs that run on it. */
final class PosixBed implements AutoCloseable {
  private static final Path PYTHON = Path.of("/usr/bin/python3");

  /** Which volume, and how it is mounted. */
  enum Kind {
    /** Keeps its changes; over {@code /dev/fuse}. */
    DURABLE,
    /** An ephemeral upper over a base; over the ring where the kernel has one. */
    UPPER,
    /** As {@link #DURABLE}, and no write waits in the kernel. */
    THROUGH,
    /** No volume at all: shows that other file systems keep the claims too. */
    PLAIN
  }

  private final Kind kind;
  private final VolumeOptions options;
  private final Path folder;
  private final Secret key = Secret.moveFrom(new byte[32]);
  private SealMount mount;
  private int runs;

  private PosixBed(Kind kind, VolumeOptions options, Path folder) {
    this.kind = kind;
    this.options = options;
    this.folder = folder;
  }

  static PosixBed make(Kind kind, VolumeOptions options) throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
    assumeTrue(Files.exists(Path.of("/dev/fuse")), "no /dev/fuse on this machine");
    assumeTrue(Files.exists(PYTHON), "no python3 on this machine");
    var bed = new PosixBed(kind, options, Files.createTempDirectory("sealfs-posix"));
    Files.createDirectory(bed.root());
    bed.mount(VolumeState.NEW);
    return bed;
  }

  Path root() {
    return folder.resolve("mnt");
  }

  /** A tool that only some machines have. */
  static void needs(String path) {
    assumeTrue(Files.exists(Path.of(path)), path + " is not installed");
  }

  private void mount(VolumeState state) throws IOException {
    if (kind == Kind.PLAIN) return;
    if (kind != Kind.UPPER) {
      var volume =
          Volume.open(folder.resolve("v.seal"), new UUID(1, 2), key, state, options).orThrow();
      mount =
          SealMount.mount(
              volume, root(), new SealMount.Options(kind == Kind.DURABLE, Transport.DEVICE));
      return;
    }
    Path base = folder.resolve("base.seal");
    Sealed sealed;
    try (var writer = VolumeWriter.create(base, new UUID(1, 2), key)) {
      long file =
          writer.file(1, "of the base".getBytes(StandardCharsets.UTF_8), new Meta(0644, 0, 0, 0));
      writer.data(file, 0, new byte[70_000], 0, 70_000);
      sealed = writer.seal();
    }
    var volume = Volume.openBase(base, new UUID(1, 2), key, sealed.root(), options).orThrow();
    try (var upperKey = Secret.moveFrom(new byte[32])) {
      volume.withEphemeralUpper(folder.resolve("upper.seal"), new UUID(3, 4), upperKey);
    }
    var ring = RingSwitch.turn(true);
    try {
      mount = SealMount.mount(volume, root(), SealMount.Options.USUAL);
    } finally {
      ring.close();
    }
  }

  /** Unmounts and mounts again, what is there is all that is known; an upper goes on instead. */
  void remount() throws IOException {
    if (kind == Kind.PLAIN || kind == Kind.UPPER) return;
    var last = mount;
    last.close();
    mount(new VolumeState.Since(last.anchor().orElseThrow()));
  }

  /** Runs a program in a new folder of the volume; what it prints, without the last line's end. */
  String python(String program) throws Exception {
    return python(Files.createDirectory(root().resolve("run" + runs++)), program);
  }

  /** As above, in a given folder, with arguments. */
  String python(Path where, String program, String... arguments) throws Exception {
    String helpers;
    try (var in = PosixBed.class.getResourceAsStream("posix.py")) {
      helpers = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    var command = new ArrayList<>(List.of(PYTHON.toString(), "-c", helpers + "\n" + program));
    command.addAll(List.of(arguments));
    return run(where, command);
  }

  static String run(Path where, List<String> command) throws Exception {
    Path errors = Files.createTempFile("sealfs-posix", ".err");
    try {
      var process =
          new ProcessBuilder(command)
              .directory(where.toFile())
              .redirectError(errors.toFile())
              .start();
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(() -> out + read(errors)).isZero();
      return out.strip();
    } finally {
      Files.delete(errors);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() throws IOException {
    if (mount != null) mount.close();
    assertThat(Mounts.below(folder)).isEmpty();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
    }
  }
}
