package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** POSIX access control lists: kept, inherited, in step with the mode, and enforced (acl(5)). */
class AccessListTest extends PosixTest {
  /** {@code say} prints a list and the mode, {@code as} runs as a user and a group. */
  private static String shell(String script) throws Exception {
    PosixBed.needs("/usr/bin/setfacl");
    Path where = Files.createDirectory(bed.root().resolve("acl" + System.nanoTime()));
    String helpers =
        """
        umask 022
        say() { getfacl -cpn "$1" | grep . | tr -s '\\n\\t' ' '; stat -c %a "$1"; }
        as() { setpriv --reuid $1 --regid $2 --clear-groups sh -c "$3" 2>/dev/null || echo no; }
        """;
    return PosixBed.run(where, List.of("sh", "-c", helpers + script));
  }

  @Test
  void a_list_and_the_mode_are_in_step() throws Exception {
    assertThat(
            shell(
                """
                touch f; setfacl -m u:77:rw,g:78:r f; say f
                chmod 600 f; say f
                chmod 664 f; say f
                setfacl -m m::r f; say f
                setfacl -x u:77,g:78,m f; say f
                setfacl -m u:77:rw f; setfacl -b f; say f
                """))
        .isEqualTo(
            """
            user::rw- user:77:rw- group::r-- group:78:r-- mask::rw- other::r-- 664
            user::rw- user:77:rw- #effective:--- group::r-- #effective:--- group:78:r-- #effective:--- mask::--- other::--- 600
            user::rw- user:77:rw- group::r-- group:78:r-- mask::rw- other::r-- 664
            user::rw- user:77:rw- #effective:r-- group::r-- group:78:r-- mask::r-- other::r-- 644
            user::rw- group::r-- other::r-- 644
            user::rw- group::r-- other::r-- 644""");
  }

  @Test
  void what_is_made_inherits_the_default_list_instead_of_the_umask() throws Exception {
    assertThat(
            shell(
                """
                mkdir d; setfacl -d -m u:77:rwX,g:78:r-X,o::- d
                umask 077; touch d/f; mkdir d/d; ln -s x d/l; mkfifo d/p
                say d/f; say d/d; stat -c %a d/l; say d/p
                """))
        .isEqualTo(
            """
            user::rw- user:77:rwx #effective:rw- group::r-x #effective:r-- group:78:r-x #effective:r-- mask::rw- other::--- 660
            user::rwx user:77:rwx group::r-x group:78:r-x mask::rwx other::--- default:user::rwx default:user:77:rwx default:group::r-x default:group:78:r-x default:mask::rwx default:other::--- 770
            777
            user::rw- user:77:rwx #effective:rw- group::r-x #effective:r-- group:78:r-x #effective:r-- mask::rw- other::--- 660""");
  }

  @Test
  void access_is_what_the_list_says() throws Exception {
    assertThat(
            shell(
                """
                chmod 755 .; echo secret > f; chmod 600 f
                as 77 77 'cat f'
                setfacl -m u:77:r,g:78:rw f
                as 77 77 'cat f'; as 77 77 'echo x >> f'
                as 5 78 'cat f && echo more >> f && echo written'; as 5 79 'cat f'
                setfacl -m m::r f; as 5 78 'echo x >> f'
                setfacl -m u:78:- f; as 78 78 'cat f'
                """))
        .isEqualTo("no\nsecret\nno\nsecret\nwritten\nno\nno\nno");
  }

  /** As ext4 does it: only root and members of a file's group keep its setgid (chmod(2)). */
  @Test
  void who_is_not_in_the_group_loses_setgid() throws Exception {
    assertThat(
            shell(
                """
                chmod 755 .
                fresh() { rm -rf f d; touch f; mkdir d; chown 77:78 f d; chmod $1 f d; }
                both() { stat -c %a f d | tr '\n' ' '; echo; }
                for bits in 2755 6664; do
                  fresh $bits; as 77 77 'setfacl -m u:5:rwx f d'; both
                  fresh $bits; as 77 78 'setfacl -m u:5:rwx f d'; both
                  fresh $bits; setfacl -m u:5:rwx f d; both
                  fresh $bits; as 77 77 'setfacl -d -m u:5:rwx d'; both
                  fresh $bits; as 77 77 'chmod g=u f d'; both
                done
                fresh 2755; setfacl -m u:5:r f d; as 77 77 'setfacl -b f d'; both
                """))
        .isEqualTo(
            """
            775 775\s
            2775 2775\s
            2775 2775\s
            2755 2755\s
            775 775\s
            4674 4674\s
            6674 6674\s
            6674 6674\s
            6664 6664\s
            4664 4664\s
            755 755""");
  }

  @Test
  void lists_go_along_with_copies_links_and_renames() throws Exception {
    assertThat(
            shell(
                """
                touch f; setfacl -m u:77:rw f; mkdir d; setfacl -d -m u:5:r d
                cp -a f g; mv f d/f; ln g d/g; chown 9:9 g
                say d/f; say d/g; cp -a d e; say e
                setfacl -k e; say e; setfacl -k d/f; setfacl -d -m u:1:r d/f 2>/dev/null || echo no
                """))
        .isEqualTo(
            """
            user::rw- user:77:rw- group::r-- mask::rw- other::r-- 664
            user::rw- user:77:rw- group::r-- mask::rw- other::r-- 664
            user::rwx group::r-x other::r-x default:user::rwx default:user:5:r-- default:group::r-x default:mask::r-x default:other::r-x 755
            user::rwx group::r-x other::r-x 755
            no""");
  }

  @Test
  void what_is_no_list_is_refused_and_an_empty_one_removes() throws Exception {
    assertThat(
            python(
                """
                import struct
                make("file", "f", 0o640), make("dir", "d", 0o755)
                def listed(*lines, version=2):
                    packed = [struct.pack("<HHi", *line, *[-1][: 3 - len(line)]) for line in lines]
                    return struct.pack("<I", version) + b"".join(packed)
                three = (1, 7), (4, 5), (32, 0)
                wrong = [listed(three[0]), listed(*three, (2, 7, 5)), listed((1, 9), *three[1:]),
                         listed(*three, version=1), b"\\2\\0", listed(*three, (1, 7)), listed(*three, (64, 7))]
                places = ("f", "access"), ("d", "access"), ("d", "default")
                for value in wrong:
                    print(*{word(os.setxattr, p, "system.posix_acl_" + n, value) for p, n in places}, end=" ")
                name = "system.posix_acl_access"
                os.setxattr("f", name, listed((1, 6), (2, 7, 5), (4, 4), (16, 7), (32, 0)))
                print(mode("f"), len(os.getxattr("f", name)), word(os.setxattr, "f", name, listed(*three)))
                print(mode("f"), word(os.getxattr, "f", name), word(os.removexattr, "f", name))
                print(word(os.setxattr, "f", name, b""), word(os.setxattr, "f", name, listed()))
                """))
        .isEqualTo(
            """
            EINVAL EINVAL EINVAL ENOTSUP EINVAL EINVAL EINVAL 0o670 44 ok
            0o750 ENODATA ok
            ok ok""");
  }
}
