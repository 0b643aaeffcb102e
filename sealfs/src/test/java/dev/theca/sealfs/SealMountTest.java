package dev.theca.sealfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.linux.Mounts;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealMountTest {
  @TempDir Path folder;
  private Path target;
  private Path upper;
  private SealMount mount;

  @BeforeEach
  void mount() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
    assumeTrue(Files.exists(Path.of("/dev/fuse")), "no /dev/fuse on this machine");
    target = Files.createDirectory(folder.resolve("mnt"));
    upper = folder.resolve("upper.seal");
    var random = new SecureRandom();
    var uuid = UUID.randomUUID();
    try (var key = Secret.random(32, random);
        var upperKey = Secret.random(32, random)) {
      Path base = folder.resolve("base.seal");
      Sealed sealed;
      try (var writer = VolumeWriter.create(base, uuid, key)) {
        long dir =
            writer.mkdir(
                VolumeWriter.ROOT, "etc".getBytes(UTF_8), new Meta(0755, 0, 0, 1_500_000_000L));
        long file =
            writer.file(
                dir, "big".getBytes(UTF_8), new Meta(0640, 7, 8, 1_700_000_000_123_456_789L));
        byte[] bytes = bigBytes();
        writer.data(file, 0, bytes, 0, bytes.length);
        writer.link(file, dir, "hard".getBytes(UTF_8));
        writer.xattr(file, "user.colour".getBytes(UTF_8), new byte[] {1, (byte) 0xff, 0});
        writer.symlink(dir, "soft".getBytes(UTF_8), "big".getBytes(UTF_8), new Meta(0777, 0, 0, 0));
        writer.node(
            VolumeWriter.ROOT, "null".getBytes(UTF_8), 0020000, 1, 3, new Meta(0666, 0, 0, 0));
        long gone =
            writer.mkdir(VolumeWriter.ROOT, "gone".getBytes(UTF_8), new Meta(0755, 0, 0, 0));
        writer.file(gone, "x".getBytes(UTF_8), new Meta(0600, 0, 0, 0));
        writer.remove(VolumeWriter.ROOT, "gone".getBytes(UTF_8));
        sealed = writer.seal();
      }
      var volume = Volume.openBase(base, uuid, key, sealed.root()).orThrow();
      volume.withEphemeralUpper(upper, UUID.randomUUID(), upperKey);
      volume.inject("/.theca/start", "#!/bin/sh\nexit 3\n".getBytes(UTF_8), 0755);
      mount = SealMount.mount(volume, target);
    }
  }

  private static byte[] bigBytes() {
    byte[] bytes = new byte[300_001];
    new Random(5).nextBytes(bytes);
    return bytes;
  }

  @AfterEach
  void unmount() {
    if (mount == null) return;
    mount.close();
    assertThat(Mounts.below(folder)).isEmpty();
    assertThat(upper).doesNotExist();
  }

  private static int run(String... command) throws Exception {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    return process.waitFor();
  }

  @Test
  void what_was_sealed_is_what_is_mounted() throws Exception {
    Path big = target.resolve("etc/big");
    assertThat(Files.readAllBytes(big)).isEqualTo(bigBytes());
    assertThat(Files.readAllBytes(target.resolve("etc/soft"))).isEqualTo(bigBytes());
    assertThat(Files.getAttribute(big, "unix:uid")).isEqualTo(7);
    assertThat(Files.getAttribute(big, "unix:gid")).isEqualTo(8);
    assertThat(Files.getAttribute(big, "unix:nlink")).isEqualTo(2);
    assertThat(Files.getPosixFilePermissions(big))
        .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
    assertThat(Files.getLastModifiedTime(big).toInstant().getNano()).isEqualTo(123_456_789);
    assertThat(Files.getAttribute(target.resolve("null"), "unix:rdev")).isEqualTo(0x103L);
    assertThat(target.resolve("gone")).doesNotExist();
    assertThat((byte[]) Files.getAttribute(big, "user:colour")).containsExactly(1, 0xff, 0);
    assertThat(run(target.resolve(".theca/start").toString())).isEqualTo(3);
  }

  @Test
  void changes_are_seen_and_the_host_sees_only_ciphertext() throws Exception {
    String mark = "only inside, never on the disk of the host ";
    Files.writeString(target.resolve("new"), mark.repeat(5000));
    try (var file = new RandomAccessFile(target.resolve("etc/big").toFile(), "rw")) {
      file.seek(20_000);
      file.write(mark.getBytes(UTF_8));
    }
    byte[] expected = bigBytes();
    System.arraycopy(mark.getBytes(UTF_8), 0, expected, 20_000, mark.length());
    assertThat(Files.readAllBytes(target.resolve("etc/hard"))).isEqualTo(expected);
    assertThat(run("sync", "-f", target.toString())).isZero();
    assertThat(Files.size(upper)).isGreaterThan(200_000);
    assertThat(Files.readString(upper, java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("only inside");
  }

  @Test
  void an_unlinked_open_file_lives_until_it_is_closed() throws Exception {
    Path path = target.resolve("open");
    Files.writeString(path, "still here");
    try (var file = new RandomAccessFile(path.toFile(), "rw")) {
      Files.delete(path);
      assertThat(path).doesNotExist();
      assertThat(file.readLine()).isEqualTo("still here");
      file.write(" and growing".getBytes(UTF_8));
      file.seek(0);
      assertThat(file.readLine()).isEqualTo("still here and growing");
    }
  }

  @Test
  void impossible_changes_are_refused_with_the_right_words() throws Exception {
    Files.createDirectories(target.resolve("d/e"));
    assertThatThrownBy(() -> Files.delete(target.resolve("d")))
        .isInstanceOf(java.nio.file.DirectoryNotEmptyException.class);
    assertThatThrownBy(
            () ->
                Files.move(
                    target.resolve("d"), target.resolve("d/e/f"), StandardCopyOption.ATOMIC_MOVE))
        .hasMessageContaining("Invalid argument");
    assertThatThrownBy(() -> Files.createDirectory(target.resolve("d/e")))
        .isInstanceOf(java.nio.file.FileAlreadyExistsException.class);
    assertThatThrownBy(() -> Files.writeString(target.resolve("x".repeat(256)), ""))
        .hasMessageContaining("too long");
  }

  @Test
  void programs_that_map_files_and_run_from_the_mount_work() throws Exception {
    Path busybox = Path.of("/bin/busybox");
    assumeTrue(Files.exists(busybox), "busybox is not installed");
    Files.copy(busybox, target.resolve("busybox"), StandardCopyOption.COPY_ATTRIBUTES);
    assertThat(run(target.resolve("busybox").toString(), "true")).isZero();
    String script =
        "cd "
            + target
            + " && mkdir t && ./busybox tar cf t.tar etc && ./busybox tar xf t.tar -C t && cmp etc/big t/etc/big && rm -rf t t.tar";
    assertThat(run("sh", "-c", script)).isZero();
  }

  /** The same random operations on the mount and on a plain folder end in the same tree. */
  @Test
  void a_mounted_volume_behaves_like_a_plain_folder() throws Exception {
    Path plain = Files.createDirectory(folder.resolve("plain"));
    Path sealed = Files.createDirectory(target.resolve("model"));
    long seconds = Long.getLong("theca.check.seconds", 0);
    long first = Long.getLong("theca.model.seed", seconds > 0 ? System.nanoTime() : 42);
    if (seconds > 0) System.out.println("model: a budget of " + seconds + " s, seed " + first);
    var random = new Random(first);
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    for (int step = 0; step < 2500 || System.nanoTime() < end; step++) {
      long seed = random.nextLong();
      String one = outcome(plain, new Random(seed));
      String two = outcome(sealed, new Random(seed));
      assertThat(two).as("seed " + first + " step " + step).isEqualTo(one);
      if (step % 500 == 499)
        assertThat(tree(sealed)).as("tree after step " + step).isEqualTo(tree(plain));
    }
  }

  private static String outcome(Path root, Random r) {
    Path a = path(root, r);
    Path b = path(root, r);
    try {
      switch (r.nextInt(10)) {
        case 0 -> Files.createDirectory(a);
        case 1 -> Files.delete(a);
        case 2 -> Files.move(a, b, StandardCopyOption.ATOMIC_MOVE);
        case 3 -> Files.createLink(a, b);
        case 4 -> Files.createSymbolicLink(a, Path.of("t" + r.nextInt(4)));
        case 5 -> {
          try (var file = new RandomAccessFile(a.toFile(), "rw")) {
            file.setLength(r.nextInt(70_000));
          }
        }
        case 6 ->
            Files.setPosixFilePermissions(
                a, PosixFilePermissions.fromString(r.nextBoolean() ? "rwx------" : "rw-r--r--"));
        default -> {
          byte[] bytes = new byte[r.nextInt(40_000)];
          r.nextBytes(bytes);
          try (var file = new RandomAccessFile(a.toFile(), "rw")) {
            file.seek(r.nextInt(60_000));
            file.write(bytes);
          }
        }
      }
      return "done";
    } catch (IOException e) {
      return e.getClass().getSimpleName();
    }
  }

  private static Path path(Path root, Random r) {
    Path path = root;
    for (int depth = r.nextInt(3); depth >= 0; depth--) path = path.resolve("n" + r.nextInt(5));
    return path;
  }

  private static TreeMap<String, List<Object>> tree(Path root) throws IOException {
    var tree = new TreeMap<String, List<Object>>();
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path path : (Iterable<Path>) walk::iterator) {
        var facts = new ArrayList<Object>();
        facts.add(Files.getAttribute(path, "unix:mode", java.nio.file.LinkOption.NOFOLLOW_LINKS));
        if (Files.isSymbolicLink(path)) facts.add(Files.readSymbolicLink(path).toString());
        else facts.add(Files.getAttribute(path, "unix:nlink"));
        if (Files.isRegularFile(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
          facts.add(dev.theca.wire.Digest.sha256(Files.readAllBytes(path)).toString());
        }
        tree.put(root.relativize(path).toString(), facts);
      }
    }
    return tree;
  }
}
