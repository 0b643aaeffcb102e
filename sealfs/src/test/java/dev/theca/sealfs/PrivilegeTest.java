package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When setuid, setgid and capabilities go (inode(7), capabilities(7)). */
class PrivilegeTest extends PosixTest {
  private static final String PREPARED =
      """
      def fresh(bits, path="f"):
          clear(path), make("file", path), os.chown(path, 77, 77), os.chmod(path, bits)
          os.setxattr(path, "security.capability", CAPABILITY)
      def left(path="f"):
          names = os.listxattr(path)
          return mode(path) + (" capable" if "security.capability" in names else "")
      def resized(path):
          fd = os.open(path, os.O_WRONLY)
          fallocate(fd, 0, 0, 9000)
      """;

  @Test
  void writing_and_cutting_drop_them() throws Exception {
    assertThat(
            python(
                PREPARED
                    + """
                    ways = {
                        "write": lambda p: write(p, b"x"),
                        "direct": lambda p: os.write(os.open(p, os.O_WRONLY), b"y"),
                        "truncate": lambda p: os.truncate(p, 1),
                        "open": lambda p: opened(p, os.O_WRONLY | os.O_TRUNC),
                        "allocate": resized,
                    }
                    for name, way in ways.items():
                        for bits in 0o6777, 0o4666, 0o2666:
                            fresh(bits)
                            print(name, user(77, 77, [], way, "f"), left(), end="; ")
                        print()
                    """))
        .isEqualTo(
            """
            write ok 0o777; write ok 0o666; write ok 0o2666;\s
            direct 1 0o777; direct 1 0o666; direct 1 0o2666;\s
            truncate ok 0o777; truncate ok 0o666; truncate ok 0o2666;\s
            open ok 0o777; open ok 0o666; open ok 0o2666;\s
            allocate ok 0o777; allocate ok 0o666; allocate ok 0o2666;""");
  }

  @Test
  void root_keeps_the_bits_and_loses_the_capability() throws Exception {
    assertThat(
            python(
                PREPARED
                    + """
                    fresh(0o6755), write("f", b"x")
                    print(left())
                    fresh(0o6755), os.truncate("f", 9)
                    print(left())
                    """))
        .isEqualTo("0o6755\n0o6755");
  }

  @Test
  void a_new_owner_drops_them_but_not_from_directories() throws Exception {
    assertThat(
            python(
                PREPARED
                    + """
                    for bits in 0o6755, 0o6745, 0o2644:
                        fresh(bits), os.chown("f", 78, -1)
                        print(oct(bits), left())
                    os.mkdir("d"), os.chmod("d", 0o6755), os.chown("d", 78, 78)
                    print(mode("d"))
                    fresh(0o755), os.rename("f", "g"), os.link("g", "h"), os.chmod("g", 0o700)
                    print(left("g"))
                    """))
        .isEqualTo("0o6755 0o755\n0o6745 0o2745\n0o2644 0o2644\n0o6755\n0o700 capable");
  }

  /** Written data waits in the kernel: when it comes, it must not take what was set after it. */
  @Test
  void a_capability_that_is_set_after_writing_stays() throws Exception {
    assertThat(
            python(
                """
                for i in range(200):
                    write("f%d" % i, os.urandom(30_000))
                    os.setxattr("f%d" % i, "security.capability", CAPABILITY)
                    os.chmod("f%d" % i, 0o4755)
                for i in range(200):
                    fd = os.open("f%d" % i, os.O_RDONLY)
                    os.fsync(fd), os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED), os.close(fd)
                print({(mode("f%d" % i), os.getxattr("f%d" % i, "security.capability") == CAPABILITY)
                       for i in range(200)})
                """))
        .isEqualTo("{('0o4755', True)}");
  }
}
