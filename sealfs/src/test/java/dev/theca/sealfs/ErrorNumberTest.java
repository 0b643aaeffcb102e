package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which error a call ends with, and which of two possible ones. */
class ErrorNumberTest extends PosixTest {
  @Test
  void making_what_exists_is_refused_whatever_is_made() throws Exception {
    assertThat(
            python(
                """
                for there in KINDS:
                    make(there, "x")
                    print(there, {word(make, new, "x") for new in KINDS})
                    clear("x")
                """))
        .isEqualTo(
            """
            file {'EEXIST'}
            dir {'EEXIST'}
            fifo {'EEXIST'}
            block {'EEXIST'}
            char {'EEXIST'}
            socket {'EEXIST'}
            symlink {'EEXIST'}""");
  }

  @Test
  void directories_and_the_rest_go_by_calls_of_their_own() throws Exception {
    assertThat(
            python(
                """
                for there in KINDS:
                    make(there, "x")
                    print(there, word(os.rmdir, "x"), end=" ")
                    make(there, "y") if not os.path.lexists("x") else None
                    print(word(os.unlink, "x"))
                    clear("x"), clear("y")
                os.makedirs("full/sub")
                print(word(os.rmdir, "full"), word(os.rmdir, "none"), word(os.unlink, "none"))
                """))
        .isEqualTo(
            """
            file ENOTDIR ok
            dir ok ENOENT
            fifo ENOTDIR ok
            block ENOTDIR ok
            char ENOTDIR ok
            socket ENOTDIR ok
            symlink ENOTDIR ok
            ENOTEMPTY ENOENT ENOENT""");
  }

  @Test
  void a_path_through_what_is_no_directory_ends_there() throws Exception {
    assertThat(
            python(
                """
                make("file", "f")
                os.symlink("loop", "loop")
                calls = [os.stat, os.mkdir, os.unlink, os.rmdir, os.readlink, os.listdir]
                calls += [lambda p: os.symlink("x", p), lambda p: os.link("f", p)]
                calls += [lambda p: os.rename("f", p), lambda p: opened(p, os.O_CREAT)]
                for path in "f/x", "none/x", "loop/x":
                    print(path, {word(call, path) for call in calls})
                """))
        .isEqualTo(
            """
            f/x {'ENOTDIR'}
            none/x {'ENOENT'}
            loop/x {'ELOOP'}""");
  }

  @Test
  void opening_says_what_is_in_the_way() throws Exception {
    assertThat(
            python(
                """
                make("dir", "d"), make("file", "f"), make("symlink", "l"), make("socket", "s")
                print(word(opened, "d", os.O_WRONLY), word(opened, "d", os.O_CREAT))
                print(word(opened, "f", os.O_DIRECTORY), word(opened, "l", os.O_NOFOLLOW))
                print(word(opened, "l", os.O_RDONLY), word(opened, "s", os.O_RDONLY))
                print(word(opened, "f", os.O_CREAT | os.O_EXCL), word(opened, "d", os.O_TRUNC))
                print(word(os.truncate, "d", 0), word(os.readlink, "f"))
                print(word(os.link, "d", "x"), word(os.listdir, "f"))
                """))
        .isEqualTo(
            """
            EISDIR EISDIR
            ENOTDIR ELOOP
            ENOENT ENXIO
            EEXIST EISDIR
            EISDIR EINVAL
            EPERM ENOTDIR""");
  }
}
