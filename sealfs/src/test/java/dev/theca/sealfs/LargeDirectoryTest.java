package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Directories of many names, and of many levels. */
class LargeDirectoryTest extends PosixTest {
  private static final int MANY = Long.getLong("theca.check.seconds", 0) > 0 ? 200_000 : 20_000;

  @Test
  void a_listing_has_what_stays_once_whatever_comes_and_goes_meanwhile() throws Exception {
    Path where = Files.createTempDirectory(bed.root(), "many");
    assertThat(
            bed.python(
                where,
                """
                import threading
                many = int(sys.argv[1])
                stays = {"stays-%d-%s" % (i, "x" * (i % 40)) for i in range(many)}
                for name in stays:
                    make("file", name)
                stop = threading.Event()
                def disturb(number):
                    i = 0
                    while not stop.is_set():
                        name = "comes-%d-%d" % (number, i % 50)
                        make("file", name), os.rename(name, name + "-as"), os.unlink(name + "-as")
                        i += 1
                threads = [threading.Thread(target=disturb, args=(n,)) for n in range(2)]
                for t in threads:
                    t.start()
                for round in range(3):
                    seen = [n for n in os.listdir(".") if n.startswith("stays")]
                    assert len(seen) == many and set(seen) == stays, (len(seen), len(set(seen)))
                stop.set()
                for t in threads:
                    t.join()
                """,
                Integer.toString(MANY)))
        .isEmpty();
    bed.remount();
    assertThat(
            bed.python(
                where,
                """
                names = os.listdir(".")
                print(len(names) == len(set(names)) == int(sys.argv[1]), links("."))
                removed = 0
                with os.scandir(".") as entries:
                    for entry in entries:
                        assert entry.is_file(follow_symlinks=False)
                        os.unlink(entry.name)
                        removed += 1
                print(removed == int(sys.argv[1]), os.listdir("."))
                """,
                Integer.toString(MANY)))
        .isEqualTo("True 2\nTrue []");
  }

  @Test
  void a_listing_goes_on_from_where_it_was() throws Exception {
    assertThat(
            python(
                """
                for i in range(3000):
                    make("file", "f%d" % i)
                libc.opendir.restype = ctypes.c_void_p
                libc.readdir.restype = ctypes.c_void_p
                libc.readdir.argtypes = libc.rewinddir.argtypes = [ctypes.c_void_p]
                libc.telldir.argtypes = [ctypes.c_void_p]
                libc.telldir.restype = ctypes.c_long
                libc.seekdir.argtypes = [ctypes.c_void_p, ctypes.c_long]
                d = libc.opendir(b".")
                def name():
                    entry = libc.readdir(d)
                    return ctypes.string_at(entry + 19).decode() if entry else None
                first = [name() for _ in range(1000)]
                at = libc.telldir(d)
                rest = list(iter(name, None))
                libc.seekdir(d, at)
                again = list(iter(name, None))
                print(rest == again, len(set(first + rest)))
                libc.rewinddir(d)
                make("file", "new")
                print(set(first + rest + ["new"]) == set(iter(name, None)))
                """))
        .isEqualTo("True 3002\nTrue");
  }

  @Test
  void a_tree_of_2000_levels_is_made_renamed_and_removed() throws Exception {
    assertThat(
            python(
                """
                top = os.open(".", os.O_DIRECTORY)
                os.mkdir("top"), os.chdir("top")
                for level in range(2000):
                    name = "d" * (1 + level % 255)
                    os.mkdir(name), os.chdir(name)
                write("leaf", b"leaf")
                print(word(os.stat, "/".join([".."] * 1500)) != "ENOENT", os.listdir("."))
                os.fchdir(top)
                os.rename("top", "moved")
                import shutil, subprocess
                print(subprocess.run(["find", "moved", "-name", "leaf"], capture_output=True).stdout.count(b"/"))
                print(subprocess.run(["rm", "-rf", "moved"]).returncode, os.listdir("."), links("."))
                """))
        .isEqualTo("True ['leaf']\n2001\n0 [] 2");
  }
}
