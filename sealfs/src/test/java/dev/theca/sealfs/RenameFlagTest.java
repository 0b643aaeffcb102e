package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** rename(2) and renameat2(2) over everything there is. */
class RenameFlagTest extends PosixTest {
  @Test
  void what_replaces_what() throws Exception {
    assertThat(
            python(
                """
                os.mkdir("a"), os.mkdir("b")
                for old in "file", "dir", "symlink":
                    found = {}
                    for new in KINDS + ["full"]:
                        make(old, "a/x"), make("dir" if new == "full" else new, "b/y")
                        if new == "full":
                            make("file", "b/y/z")
                        found.setdefault(word(rename, "a/x", "b/y"), []).append(new)
                        clear("a/x"), clear("b/y")
                    print(old, found)
                """))
        .isEqualTo(
            """
            file {'ok': ['file', 'fifo', 'block', 'char', 'socket', 'symlink'], 'EISDIR': ['dir', 'full']}
            dir {'ENOTDIR': ['file', 'fifo', 'block', 'char', 'socket', 'symlink'], 'ok': ['dir'], 'ENOTEMPTY': ['full']}
            symlink {'ok': ['file', 'fifo', 'block', 'char', 'socket', 'symlink'], 'EISDIR': ['dir', 'full']}""");
  }

  @Test
  void two_names_of_one_file_both_stay() throws Exception {
    assertThat(
            python(
                """
                write("a", b"x"), os.link("a", "b"), os.rename("a", "b"), os.rename("a", "a")
                print(sorted(os.listdir(".")), links("a"))
                """))
        .isEqualTo("['a', 'b'] 2");
  }

  @Test
  void a_directory_does_not_go_below_itself() throws Exception {
    assertThat(
            python(
                """
                os.makedirs("a/b/c")
                for new in "a/x", "a/b/x", "a/b/c/x", "a/b", "a/b/c":
                    print(word(rename, "a", new), word(rename, "a", new, EXCHANGE), end=" ")
                print()
                print(word(rename, "a/b/c", "a"), word(rename, "a/b", "a", EXCHANGE), end=" ")
                print(word(rename, "a/.", "x"), word(rename, "a/b/..", "x"))
                """))
        .isEqualTo(
            "EINVAL ENOENT EINVAL ENOENT EINVAL ENOENT EINVAL EINVAL EINVAL EINVAL \n"
                + "ENOTEMPTY EINVAL EBUSY EBUSY");
  }

  @Test
  void flags_that_contradict_each_other_are_refused() throws Exception {
    assertThat(
            python(
                """
                make("file", "a"), make("file", "b")
                print([word(rename, "a", "b", flags) for flags in (1, 3, 6, 7, 8, 5)])
                print([word(rename, "none", "b", flags) for flags in (0, 2, 4)])
                print([word(rename, "a", "none", flags) for flags in (2, 1)], sorted(os.listdir(".")))
                """))
        .isEqualTo(
            """
            ['EEXIST', 'EINVAL', 'EINVAL', 'EINVAL', 'EINVAL', 'EEXIST']
            ['ENOENT', 'ENOENT', 'ENOENT']
            ['ENOENT', 'ok'] ['b', 'none']""");
  }

  @Test
  void an_exchange_swaps_what_the_names_stand_for() throws Exception {
    assertThat(
            python(
                """
                os.makedirs("d/sub"), os.mkdir("e"), write("e/f", b"f"), os.symlink("t", "e/l")
                rename("d/sub", "e/f", EXCHANGE), rename("e/f", "e/l", EXCHANGE)
                print(open("d/sub").read(), os.readlink("e/f"), os.path.isdir("e/l"))
                print(links("d"), links("e"), os.stat("e/l/..").st_ino == os.stat("e").st_ino)
                """))
        .isEqualTo("f t True\n2 3 True");
  }

  @Test
  void a_whiteout_stays_in_the_old_place() throws Exception {
    assertThat(
            python(
                """
                write("a", b"a"), write("b", b"b"), os.mkdir("d")
                rename("a", "c", WHITEOUT), rename("b", "c", WHITEOUT)
                rename("d", "e", WHITEOUT | NOREPLACE)
                for name in "a", "b", "d":
                    s = os.lstat(name)
                    print(oct(s.st_mode), s.st_rdev, s.st_nlink, end=" ")
                print(open("c").read(), os.path.isdir("e"), links("."))
                """))
        .isEqualTo("0o20000 0 1 0o20000 0 1 0o20000 0 1 b True 3");
  }
}
