package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Files that have no name yet, or no more. */
class NamelessFileTest extends PosixTest {
  @Test
  void a_temporary_file_has_no_name_until_it_is_linked() throws Exception {
    assertThat(
            python(
                """
                fd = os.open(".", os.O_TMPFILE | os.O_RDWR, 0o640)
                os.write(fd, b"written"), os.fsync(fd)
                print(os.fstat(fd).st_nlink, os.listdir("."))
                named(fd, "named")
                print(links("named"), mode("named"), open("named").read())
                named(fd, "twice")
                print(links("twice"), word(named, fd, "twice"))
                os.close(fd)
                never = os.open(".", os.O_TMPFILE | os.O_RDWR | os.O_EXCL)
                print(word(named, never, "never"), sorted(os.listdir(".")))
                """))
        .isEqualTo("0 []\n1 0o640 written\n2 EEXIST\nENOENT ['named', 'twice']");
  }

  @Test
  void a_removed_file_lives_as_long_as_it_is_open() throws Exception {
    assertThat(
            python(
                """
                fd = os.open("f", os.O_CREAT | os.O_RDWR)
                os.write(fd, b"first "), os.unlink("f")
                os.write(fd, b"second"), os.fchmod(fd, 0o600), os.fsync(fd)
                os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
                print(os.pread(fd, 99, 0), os.fstat(fd).st_nlink, os.listdir("."))
                os.setxattr(fd, "user.a", b"1"), os.ftruncate(fd, 3)
                again = os.open("/proc/self/fd/%d" % fd, os.O_RDONLY)
                print(os.read(again, 9), os.getxattr(fd, "user.a"))
                make("file", "f"), print(os.stat("f").st_ino != os.fstat(fd).st_ino)
                """))
        .isEqualTo("b'first second' 0 []\nb'fir' b'1'\nTrue");
  }

  @Test
  void a_replaced_file_lives_as_long_as_it_is_open() throws Exception {
    assertThat(
            python(
                """
                write("a", b"old"), write("b", b"new")
                fd = os.open("a", os.O_RDONLY)
                os.rename("b", "a")
                print(os.read(fd, 9), os.fstat(fd).st_nlink, open("a").read())
                """))
        .isEqualTo("b'old' 0 new");
  }

  @Test
  void a_removed_directory_is_empty_and_takes_nothing() throws Exception {
    assertThat(
            python(
                """
                os.mkdir("d"), make("file", "f")
                d = os.open("d", os.O_DIRECTORY)
                os.rmdir("d")
                print(os.listdir(d), os.fstat(d).st_nlink, word(os.fsync, d), word(os.fchmod, d, 0o700))
                calls = [
                    lambda: os.open("x", os.O_CREAT, dir_fd=d),
                    lambda: os.mkdir("x", dir_fd=d),
                    lambda: os.symlink("t", "x", dir_fd=d),
                    lambda: os.link("f", "x", dst_dir_fd=d),
                    lambda: os.rename("f", "x", dst_dir_fd=d),
                    lambda: os.stat("x", dir_fd=d),
                ]
                print({word(call) for call in calls}, os.listdir("."))
                """))
        .isEqualTo("[] 0 ok ok\n{'ENOENT'} ['f']");
  }
}
