package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a new file takes from its directory and its maker. */
class InheritanceTest extends PosixTest {
  @Test
  void a_new_file_belongs_to_its_maker_and_has_the_mode_under_the_umask() throws Exception {
    assertThat(
            python(
                """
                os.umask(0o027), os.chmod(".", 0o777)
                for kind in KINDS:
                    print(kind, user(77, 78, [], make, kind, kind, 0o666), mode(kind), end=" ")
                    print(os.lstat(kind).st_uid, os.lstat(kind).st_gid)
                """
                    .replace("KINDS", "'file', 'dir', 'fifo', 'socket', 'symlink'")))
        .isEqualTo(
            """
            file ok 0o640 77 78
            dir ok 0o640 77 78
            fifo ok 0o640 77 78
            socket ok 0o640 77 78
            symlink ok 0o777 77 78""");
  }

  @Test
  void a_setgid_directory_hands_its_group_down() throws Exception {
    assertThat(
            python(
                """
                os.mkdir("d"), os.chown("d", 5, 99), os.chmod("d", 0o2777)
                for kind in "file", "dir", "fifo", "symlink":
                    user(77, 78, [], make, kind, "d/" + kind, 0o755)
                    print(kind, os.lstat("d/" + kind).st_gid, mode("d/" + kind))
                user(77, 78, [], os.mkdir, "d/dir/below")
                print(os.stat("d/dir/below").st_gid, mode("d/dir/below"))
                """))
        .isEqualTo("file 99 0o755\ndir 99 0o2755\nfifo 99 0o755\nsymlink 99 0o777\n" + "99 0o2777");
  }

  @Test
  void setgid_of_a_group_that_the_maker_is_not_in_is_dropped() throws Exception {
    assertThat(
            python(
                """
                os.mkdir("d"), os.chown("d", 5, 99), os.chmod("d", 0o2777)
                def asked(path):
                    os.close(os.open(path, os.O_CREAT, 0o2775))
                user(77, 78, [], asked, "d/out"), user(77, 78, [99], asked, "d/in")
                print(mode("d/out"), mode("d/in"))
                os.mkdir("own"), os.chown("own", 77, 99)
                print(user(77, 78, [], os.chmod, "own", 0o2755), mode("own"))
                """))
        .isEqualTo("0o775 0o2775\nok 0o755");
  }

  @Test
  void in_a_sticky_directory_only_owners_remove() throws Exception {
    assertThat(
            python(
                """
                os.mkdir("d"), os.chown("d", 1, 1), os.chmod("d", 0o1777)
                for name in "f", "g", "h":
                    user(77, 77, [], make, "file", "d/" + name)
                print(user(78, 78, [], os.unlink, "d/f"), user(78, 78, [], os.rename, "d/f", "d/x"))
                make("file", "d/own"), os.chown("d/own", 78, 78)
                print(user(78, 78, [], os.rename, "d/own", "d/f"))
                print(user(77, 77, [], os.unlink, "d/f"), user(1, 1, [], os.unlink, "d/g"))
                print(word(os.unlink, "d/h"))
                """))
        .isEqualTo("EPERM EPERM\nEPERM\nok ok\nok");
  }
}
