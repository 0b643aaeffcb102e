package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which times a call moves, and that they are kept to the nanosecond. */
class TimestampTest extends PosixTest {
  @Test
  void changing_names_moves_the_directory_and_the_status_of_what_it_names() throws Exception {
    assertThat(
            python(
                """
                for kind in "file", "dir", "fifo", "symlink":
                    print(kind, moved(".", make, kind, "x"), end=" ")
                    print(moved("x", os.rename, "x", "y") if 0 else moved(".", os.rename, "x", "y"), end=" ")
                    os.mkdir("d")
                    print(moved("d", os.rename, "y", "d/y"), moved(".", os.rename, "d/y", "y"), end=" ")
                    print(moved(".", os.rmdir if kind == "dir" else os.unlink, "y"))
                    clear("d")
                """
                    .replace("moved(\"x\", os.rename, \"x\", \"y\") if 0 else ", "")))
        .isEqualTo(
            "file mc mc mc mc mc\ndir mc mc mc mc mc\nfifo mc mc mc mc mc\nsymlink mc mc mc mc mc");
  }

  @Test
  void changing_attributes_moves_the_status_alone() throws Exception {
    assertThat(
            python(
                """
                make("file", "f"), os.link("f", "g")
                print(moved("f", os.chmod, "f", 0o600), moved("f", os.chown, "f", 7, 8))
                print(moved("f", os.setxattr, "f", "user.x", b""), moved("f", os.removexattr, "f", "user.x"))
                print(moved("f", os.link, "g", "h"), moved("f", os.unlink, "h"))
                print(moved("f", os.rename, "g", "h"), moved("f", word, os.mkdir, "f"))
                print(moved("f", user, 5, 5, [], os.chmod, "f", 0o777))
                make("file", "over")
                os.link("over", "seen")
                print(moved("seen", os.rename, "h", "over"))
                """))
        .isEqualTo("c c\nc c\nc c\nc none\nnone\nc");
  }

  @Test
  void changing_content_moves_modification_and_status() throws Exception {
    assertThat(
            python(
                """
                make("file", "f")
                fd = os.open("f", os.O_RDWR)
                print(moved("f", os.write, fd, b"x" * 9), moved("f", os.pwrite, fd, b"y", 5))
                print(moved("f", os.ftruncate, fd, 5), moved("f", os.truncate, "f", 7))
                print(moved("f", opened, "f", os.O_TRUNC | os.O_RDWR), moved("f", os.fsync, fd))
                print(moved("f", fallocate, fd, 0, 0, 99), moved("f", fallocate, fd, 3, 0, 9))
                print(moved("f", os.write, fd, b""), moved("f", os.pwrite, fd, b"", 3))
                """))
        .isEqualTo("mc mc\nmc mc\nmc none\nmc mc\nnone none");
  }

  @Test
  void times_are_set_to_the_nanosecond_before_1970_and_after_2106_and_stay() throws Exception {
    assertThat(
            python(
                """
                for kind in "file", "dir", "symlink", "fifo":
                    make(kind, kind)
                    for at in (-1_500_000_001, 2**32 * 10**9 + 999_999_999), (1, 2**31 * 10**9 - 1):
                        os.utime(kind, ns=at, follow_symlinks=False)
                        assert times(kind)[:2] == at, (kind, times(kind))
                write("file", b"x" * 100_000), os.utime("file", ns=(7, 8))
                fd = os.open("file", os.O_RDONLY)
                os.fsync(fd)
                print(times("file")[:2], user(5, 5, [], os.utime, "file"))
                """))
        .isEqualTo("(7, 8) EACCES");
    bed.remount();
    assertThat(
            bed.python(
                last(),
                """
                print(times("file")[:2], times("symlink")[:2])
                """))
        .isEqualTo("(7, 8) (1, 2147483647999999999)");
  }

  private static java.nio.file.Path last() throws Exception {
    try (var all = java.nio.file.Files.list(bed.root())) {
      return all.filter(path -> java.nio.file.Files.isSymbolicLink(path.resolve("symlink")))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Unlike others: atime moves only when it is set (section 9, "times"). */
  @Test
  void reading_moves_no_time() throws Exception {
    org.junit.jupiter.api.Assumptions.assumeTrue(kind != PosixBed.Kind.PLAIN, "ours alone");
    assertThat(
            python(
                """
                write("f", b"x"), os.symlink("f", "l")
                print(moved("f", lambda: open("f").read()), moved("l", os.readlink, "l"))
                print(moved(".", os.listdir, "."))
                """))
        .isEqualTo("none none\nnone");
  }
}
