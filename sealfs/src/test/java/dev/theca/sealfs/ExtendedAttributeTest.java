package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Extended attributes of every namespace (xattr(7)). */
class ExtendedAttributeTest extends PosixTest {
  @Test
  void every_namespace_is_kept_over_a_remount() throws Exception {
    Path where = Files.createTempDirectory(bed.root(), "kept");
    assertThat(
            bed.python(
                where,
                """
                make("file", "f"), make("dir", "d"), make("symlink", "l"), make("fifo", "p")
                for path in "f", "d":
                    os.setxattr(path, "user.a", b"\\0\\xff"), os.setxattr(path, "user.empty", b"")
                for path in "f", "d", "l", "p":
                    os.setxattr(path, "trusted.b", path.encode(), follow_symlinks=False)
                os.setxattr("f", "security.capability", CAPABILITY)
                """))
        .isEmpty();
    bed.remount();
    assertThat(
            bed.python(
                where,
                """
                for path in "f", "d", "l", "p":
                    print(sorted((n, os.getxattr(path, n, follow_symlinks=False))
                          for n in os.listxattr(path, follow_symlinks=False) if n[:9] != "security."))
                print(os.getxattr("f", "security.capability") == CAPABILITY)
                """))
        .isEqualTo(
            """
            [('trusted.b', b'f'), ('user.a', b'\\x00\\xff'), ('user.empty', b'')]
            [('trusted.b', b'd'), ('user.a', b'\\x00\\xff'), ('user.empty', b'')]
            [('trusted.b', b'l')]
            [('trusted.b', b'p')]
            True""");
  }

  @Test
  void trusted_attributes_are_hidden_from_all_but_root() throws Exception {
    assertThat(
            python(
                """
                make("file", "f", 0o666)
                os.setxattr("f", "trusted.a", b"1"), os.setxattr("f", "user.a", b"2")
                print(sorted(os.listxattr("f")), user(77, 77, [], os.listxattr, "f"))
                print(user(77, 77, [], os.getxattr, "f", "trusted.a"), end=" ")
                print(user(77, 77, [], os.setxattr, "f", "trusted.a", b""), end=" ")
                print(user(77, 77, [], os.setxattr, "f", "security.x", b""), end=" ")
                print(user(77, 77, [], os.setxattr, "f", "user.b", b""))
                """))
        .isEqualTo("['trusted.a', 'user.a'] ['user.a']\nENODATA EPERM EPERM ok");
  }

  @Test
  void create_and_replace_demand_what_they_say() throws Exception {
    assertThat(
            python(
                """
                make("file", "f")
                for flag in os.XATTR_REPLACE, os.XATTR_CREATE, os.XATTR_CREATE, os.XATTR_REPLACE, 0:
                    print(word(os.setxattr, "f", "user.a", b"v", flag), end=" ")
                print(word(os.removexattr, "f", "user.a"), word(os.removexattr, "f", "user.a"))
                print(word(os.getxattr, "f", "user.a"), os.listxattr("f"))
                """))
        .isEqualTo("ENODATA ok EEXIST ok ok ok ENODATA\nENODATA []");
  }

  @Test
  void names_outside_the_namespaces_and_without_a_rest_are_refused() throws Exception {
    assertThat(
            python(
                """
                make("file", "f"), make("symlink", "l")
                calls = [lambda n: os.setxattr("f", n, b"v"), lambda n: os.getxattr("f", n),
                         lambda n: os.removexattr("f", n)]
                for name in "foo", "user", "other.x", "system.x", "user.", "trusted.", "user." + "n" * 251:
                    print(*{word(call, name) for call in calls}, end=" ")
                print(word(os.setxattr, "l", "user.a", b"", 0, follow_symlinks=False))
                print(word(os.setxattr, "f", "user." + "n" * 250, b"v"), len(os.listxattr("f")[0]))
                """))
        .isEqualTo("ENOTSUP ENOTSUP ENOTSUP ENOTSUP EINVAL EINVAL ERANGE EPERM\nok 255");
  }

  @Test
  void a_buffer_that_is_too_small_and_a_value_that_is_too_large_are_told() throws Exception {
    assertThat(
            python(
                """
                make("file", "f"), os.setxattr("f", "user.a", b"12345")
                room = ctypes.create_string_buffer(4)
                def get(size):
                    checked(libc.getxattr(b"f", b"user.a", room, size))
                def names(size):
                    checked(libc.listxattr(b"f", room, size))
                print(word(get, 4), word(get, 0), word(names, 3), word(names, 0))
                def put(size):
                    os.setxattr("f", "user.b", b"x" * size)
                print(word(put, 65537), word(put, 65536), os.listxattr("f"))
                """))
        .isEqualTo("ERANGE ok ERANGE ok\nE2BIG ENOSPC ['user.a']");
  }

  @Test
  void a_large_value_can_be_replaced_by_another() throws Exception {
    assumeTrue(kind != PosixBed.Kind.PLAIN, "others hold less");
    assertThat(
            python(
                """
                make("file", "f")
                for size in 30_000, 40_000, 20_000, 48_000:
                    os.setxattr("f", "user.a", b"v" * size)
                    print(len(os.getxattr("f", "user.a")), end=" ")
                print(word(os.setxattr, "f", "user.b", b"v" * 30_000))
                """))
        .isEqualTo("30000 40000 20000 48000 ENOSPC");
  }
}
