package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How many links a file and a directory have. */
class LinkCountTest extends PosixTest {
  @Test
  void a_directory_has_two_links_and_one_for_each_directory_in_it() throws Exception {
    assertThat(
            python(
                """
                os.makedirs("a/x"), os.mkdir("a/y"), os.mkdir("b"), make("file", "a/f")
                print(links("a"), links("a/x"), links("b"))
                os.rename("a/x", "b/x")
                print(links("a"), links("b"))
                rename("b/x", "a/f", EXCHANGE)
                print(links("a"), links("b"))
                os.mkdir("b/over"), os.rename("a/y", "b/over")
                print(links("a"), links("b"))
                os.rmdir("b/over"), os.rmdir("a/f")
                print(links("a"), links("b"), os.stat("b/..").st_ino == os.stat(".").st_ino)
                """))
        .isEqualTo("4 2 2\n3 3\n4 2\n3 3\n2 2 True");
  }

  @Test
  void hard_links_are_one_file_under_several_names() throws Exception {
    assertThat(
            python(
                """
                write("a", b"one"), os.link("a", "b"), write("b", b"two")
                print(open("a").read(), links("a"), os.stat("a").st_ino == os.stat("b").st_ino)
                os.chmod("a", 0o640), os.unlink("a")
                print(mode("b"), links("b"), word(os.link, "b", "b"))
                for kind in "fifo", "socket", "char", "symlink":
                    make(kind, kind), os.link(kind, kind + "2", follow_symlinks=False)
                    print(kind, links(kind))
                """))
        .isEqualTo("two 2 True\n0o640 1 EEXIST\nfifo 2\nsocket 2\nchar 2\nsymlink 2");
  }

  @Test
  void a_file_has_at_most_65000_links() throws Exception {
    assertThat(
            python(
                """
                make("file", "f"), os.mkdir("d")
                for i in range(64_999):
                    os.link("f", "d/%d" % i)
                print(links("f"), word(os.link, "f", "d/more"), links("f"))
                os.unlink("d/7")
                print(word(os.link, "f", "d/more"), links("f"))
                clear("d")
                print(links("f"))
                """))
        .isEqualTo("65000 EMLINK 65000\nok 65000\n1");
  }
}
