package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.sealfs.PosixBed.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The same random operations on a mounted volume and on a plain folder: the same answers, and after
 * each batch the same names, attributes and content, also after a remount and with empty caches.
 * Longer with {@code theca.check.seconds}.
 */
class RandomTreeTest {
  private static final String BATCH =
      """
      import hashlib, random
      r = random.Random(int(sys.argv[1]))
      def path():
          return "/".join("n%d" % r.randrange(6) for _ in range(r.choice((1, 1, 2, 2, 3))))
      def put(name):
          data, at = r.randbytes(r.choice((0, 9, 2000, 2100, 40_000, 300_000))), r.choice((0, 1, 5000, 70_000))
          write(name, data, r.choice((0, 0, os.O_TRUNC, os.O_EXCL, os.O_APPEND)), at)
      def hole(name):
          how, at, length = r.choice((0, 1, 3, 16, 17)), r.randrange(90_000), r.randrange(1, 60_000)
          fd = os.open(name, os.O_WRONLY | os.O_NONBLOCK)
          try:
              fallocate(fd, how, at, length)
          finally:
              os.close(fd)
      def move(old, new, how):
          # A whiteout that fails for a full target changes the times of ext4's folder, not of ours.
          rename(old, new, how & 3 if os.path.isdir(new) else how)
      def cut(name, size):
          # To the size that it has: the kernel keeps the time of a file on FUSE whose writes it collects.
          os.truncate(name, size + (os.path.isfile(name) and os.stat(name).st_size == size))
      def temporary(name):
          fd = os.open(".", os.O_TMPFILE | os.O_RDWR, 0o640)
          try:
              os.write(fd, r.randbytes(3000)), named(fd, name)
          finally:
              os.close(fd)
      def step():
          a, b, n = path(), path(), r.random()
          link = {"follow_symlinks": False}
          attribute = r.choice(("user.a", "user.b", "trusted.c", "security.d"))
          calls = (
              lambda: make(r.choice(KINDS), a, r.choice((0o644, 0o755, 0o4711, 0o2775))),
              lambda: os.mkdir(a, r.choice((0o755, 0o2775, 0o1777))), lambda: os.mkdir(a),
              lambda: put(a), lambda: put(a), lambda: hole(a), lambda: temporary(a),
              lambda: cut(a, r.choice((0, 1, 2048, 2049, 16384, 200_000))),
              lambda: os.unlink(a), lambda: os.rmdir(a), lambda: os.link(a, b, **link),
              lambda: os.symlink(r.choice((a, b, "x" * r.randrange(1, 300))), b),
              lambda: move(a, b, r.choice((0, 0, 1, 2, 2, 4, 5))),
              lambda: os.chmod(a, r.randrange(0o10000)), lambda: os.chown(a, r.randrange(4), r.randrange(4), **link),
              lambda: os.setxattr(a, attribute, r.randbytes(r.randrange(200)), r.randrange(3), **link),
              lambda: os.removexattr(a, attribute, **link),
              lambda: os.utime(a, ns=(r.randrange(2**62), r.randrange(2**62)), **link),
          )
          which = r.randrange(len(calls))
          return which, a, b, word(calls[which])
      for number in range(int(sys.argv[2])):
          print(number, *step())
      """;

  private static final String TREE =
      """
      import hashlib
      numbers = {}
      for folder, folders, files in os.walk("."):
          folders.sort()
          print(folder, sorted(folders + files), len(os.listdir(folder)))
          for name in sorted(folders + files):
              path = os.path.join(folder, name)
              s = os.lstat(path)
              number = numbers.setdefault(s.st_ino, len(numbers))
              size = 0 if stat.S_ISDIR(s.st_mode) else s.st_size
              print(path, oct(s.st_mode), s.st_nlink, s.st_uid, s.st_gid, s.st_rdev, size, number, end=" ")
              # Times of long ago were set; all others are of the run itself.
              print([t for t in (s.st_mtime_ns,) if t < 1_500_000_000 * 10**9], end=" ")
              link = {"follow_symlinks": False}
              print(sorted((n, os.getxattr(path, n, **link)) for n in os.listxattr(path, **link)), end=" ")
              if stat.S_ISREG(s.st_mode):
                  print(hashlib.sha256(open(path, "rb").read()).hexdigest(), end="")
              elif stat.S_ISLNK(s.st_mode):
                  print(os.readlink(path), end="")
              print()
      """;

  @ParameterizedTest
  @EnumSource(names = {"DURABLE", "THROUGH", "UPPER"})
  void a_mounted_volume_and_a_plain_folder_stay_the_same(Kind kind) throws Exception {
    long seconds = Long.getLong("theca.check.seconds", 0);
    long end = System.nanoTime() + seconds * 1_000_000_000L / 10;
    var seeds = new Random(seconds > 0 ? System.nanoTime() : 11);
    Path plain = Files.createTempDirectory("sealfs-tree");
    try (var bed = PosixBed.make(kind, VolumeOptions.USUAL)) {
      Path sealed = Files.createDirectory(bed.root().resolve("tree"));
      for (int batch = 0; batch < 6 || System.nanoTime() < end; batch++) {
        String seed = Integer.toString(seeds.nextInt(1 << 30));
        assertThat(bed.python(sealed, BATCH, seed, "700"))
            .as("seed " + seed)
            .isEqualTo(bed.python(plain, BATCH, seed, "700"));
        String expected = bed.python(plain, TREE);
        assertThat(bed.python(sealed, TREE)).as("after seed " + seed).isEqualTo(expected);
        if (batch % 2 == 0) bed.remount();
        else Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "2");
        assertThat(bed.python(sealed, TREE)).as("seen anew, seed " + seed).isEqualTo(expected);
      }
    } finally {
      PosixBed.run(Path.of("/"), List.of("rm", "-rf", plain.toString()));
    }
  }
}
