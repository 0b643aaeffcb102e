package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.sealfs.PosixBed.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** overlayfs with a volume below it, above it, and both. */
class OverlayTest {
  private static final String WORK =
      """
      import subprocess
      def check(lower, upper, merged):
          assert open(merged + "/a").read() == "lower" and os.listdir(merged + "/d") == ["x"]
          write(merged + "/a", b"upper")
          assert open(lower + "/a").read() == "lower" and open(upper + "/a").read() == "upper"
          os.unlink(merged + "/gone")
          assert stat.S_ISCHR(os.lstat(upper + "/gone").st_mode) and os.stat(lower + "/gone")
          clear(merged + "/d"), os.mkdir(merged + "/d")
          assert os.listdir(merged + "/d") == [] and os.listdir(lower + "/d") == ["x"]
          assert os.getxattr(upper + "/d", "trusted.overlay.opaque") == b"y"
          os.utime(merged + "/s")
          assert mode(upper + "/s") == "0o6755" and os.stat(upper + "/s").st_uid == 7
          os.utime(merged + "/c")
          assert os.getxattr(upper + "/c", "security.capability") == CAPABILITY
          assert os.getxattr(merged + "/c", "user.colour") == b"red"
          os.rename(merged + "/r", merged + "/renamed")
          assert sorted(os.listdir(merged)) == ["a", "c", "d", "h1", "h2", "l", "renamed", "s"]
          os.rename(merged + "/renamed", merged + "/l"), rename(merged + "/l", merged + "/a", EXCHANGE)
          assert open(merged + "/a").read() == "renamed"
          os.unlink(merged + "/h1")
          assert open(merged + "/h2").read() == "linked"
          fd = os.open(merged, os.O_TMPFILE | os.O_RDWR)
          os.write(fd, b"tmp"), named(fd, merged + "/tmp"), os.close(fd)
          assert open(merged + "/tmp").read() == "tmp"
          assert word(os.setxattr, merged + "/a", "user.x", b"1") == "ok"
      lower, upper, merged = sys.argv[1:4]
      for path in lower, upper + "/up", upper + "/work", merged:
          os.makedirs(path)
      for name in "a", "gone", "s", "c", "r", "h1":
          write(lower + "/" + name, {"r": b"renamed", "h1": b"linked"}.get(name, b"lower"))
      os.mkdir(lower + "/d", 0o755), make("file", lower + "/d/x"), os.symlink("a", lower + "/l")
      os.chown(lower + "/s", 7, 8), os.chmod(lower + "/s", 0o6755), os.link(lower + "/h1", lower + "/h2")
      os.setxattr(lower + "/c", "security.capability", CAPABILITY)
      os.setxattr(lower + "/c", "user.colour", b"red")
      options = "lowerdir=%s,upperdir=%s/up,workdir=%s/work" % (lower, upper, upper)
      subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, merged], check=True)
      try:
          check(lower, upper + "/up", merged)
      finally:
          subprocess.run(["umount", merged], check=True)
      print("done")
      """;

  @ParameterizedTest
  @CsvSource({
    "DURABLE, sealed, plain", "DURABLE, plain, sealed", "DURABLE, sealed, sealed",
    "UPPER, sealed, plain", "UPPER, plain, sealed", "UPPER, sealed, sealed"
  })
  void layers_are_merged_copied_up_and_whited_out(Kind kind, String lower, String upper)
      throws Exception {
    Path plain = Files.createTempDirectory("sealfs-overlay");
    try (var bed = PosixBed.make(kind, VolumeOptions.USUAL)) {
      Path below = (lower.equals("sealed") ? bed.root() : plain).resolve("lower");
      Path above = (upper.equals("sealed") ? bed.root() : plain).resolve("upper");
      String merged = plain.resolve("merged").toString();
      assertThat(bed.python(plain, WORK, below.toString(), above.toString(), merged))
          .isEqualTo("done");
    } finally {
      PosixBed.run(Path.of("/"), List.of("rm", "-rf", plain.toString()));
    }
  }
}
