package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Names of 255 bytes and targets of 4095 are the longest, in every call. */
class NameLengthTest extends PosixTest {
  @Test
  void a_name_of_256_bytes_is_too_long_for_every_call() throws Exception {
    assertThat(
            python(
                """
                make("file", "f")
                calls = {
                    "lookup": os.stat, "open": lambda p: opened(p, os.O_RDONLY),
                    "create": lambda p: opened(p, os.O_CREAT), "mkdir": os.mkdir,
                    "mkfifo": os.mkfifo, "symlink": lambda p: os.symlink("f", p),
                    "link": lambda p: os.link("f", p), "unlink": os.unlink, "rmdir": os.rmdir,
                    "rename from": lambda p: os.rename(p, "g"),
                    "rename to": lambda p: os.rename("f", p),
                    "exchange": lambda p: rename("f", p, EXCHANGE),
                    "readlink": os.readlink, "chmod": lambda p: os.chmod(p, 0o600),
                    "lookup below": lambda p: os.stat(p + "/x"), "getxattr": os.listxattr,
                }
                for name, call in calls.items():
                    found = {word(call, "n" * length) for length in (256, 257, 1023, 4000)}
                    if found != {"ENAMETOOLONG"}:
                        print(name, found)
                """))
        .isEmpty();
  }

  @Test
  void a_name_of_255_bytes_fits_every_call_and_need_not_be_text() throws Exception {
    assertThat(
            python(
                """
                a, b, c = (bytes([byte]) * 255 for byte in (0xFF, 0x80, 0x0A))
                write(a, b"content")
                os.link(a, b), os.rename(a, c), os.symlink(b, a)
                print(open(c, "rb").read(), os.readlink(a) == b, os.stat(a).st_nlink)
                os.setxattr(b, "user.colour", b"red")
                print(sorted(os.listdir(b".")) == sorted([a, b, c]))
                os.unlink(a), os.unlink(b), os.mkdir(a), os.mkdir(a + b"/" + b)
                print(word(os.rmdir, a), word(os.rmdir, a + b"/" + b), word(os.rmdir, a))
                """))
        .isEqualTo("b'content' True 2\nTrue\nENOTEMPTY ok ok");
  }

  @Test
  void a_target_of_4095_bytes_is_kept_and_one_more_is_refused() throws Exception {
    assertThat(
            python(
                """
                for length in 1, 59, 60, 2048, 4095:
                    os.symlink("t" * length, "l%d" % length)
                    link = os.lstat("l%d" % length)
                    assert link.st_size == length and os.readlink("l%d" % length) == "t" * length
                print(word(os.symlink, "t" * 4096, "x"), word(os.symlink, "", "x"))
                print(word(os.stat, "./" * 2046 + "l1"), word(os.stat, "./" * 2047 + "l1"))
                """))
        .isEqualTo("ENAMETOOLONG ENOENT\nENOENT ENAMETOOLONG");
  }
}
