package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

/** One content seen by mappings, direct and plain calls at once, and the locks around it. */
class SharedContentTest extends PosixTest {
  @Test
  void mappings_see_writes_and_writes_see_mappings() throws Exception {
    assertThat(
            python(
                """
                import mmap
                fd = os.open("f", os.O_CREAT | os.O_RDWR)
                os.ftruncate(fd, 100_000)
                shared = mmap.mmap(fd, 100_000)
                private = mmap.mmap(fd, 100_000, flags=mmap.MAP_PRIVATE)
                shared[50_000:50_004] = b"mmap"
                print(os.pread(fd, 4, 50_000), private[50_000:50_004])
                private[60_000:60_004] = b"mine"
                print(os.pread(fd, 4, 60_000), shared[60_000:60_004])
                os.pwrite(fd, b"call", 70_000)
                print(shared[70_000:70_004])
                shared.flush(), shared.close()
                os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
                print(os.pread(fd, 4, 50_000))
                """))
        .isEqualTo(
            "b'mmap' b'mmap'\nb'\\x00\\x00\\x00\\x00' b'\\x00\\x00\\x00\\x00'\nb'call'\nb'mmap'");
  }

  @Test
  void direct_calls_work_at_every_offset_and_length() throws Exception {
    assumeTrue(kind != PosixBed.Kind.PLAIN, "others ask for whole sectors");
    assertThat(
            python(
                """
                import mmap, random
                model, noise = bytearray(300_000), os.urandom(1 << 20)
                write("f", bytes(300_000))
                fd = os.open("f", os.O_RDWR | os.O_DIRECT)
                buffer = mmap.mmap(-1, 1 << 20)
                r = random.Random(7)
                for step in range(300):
                    at = r.choice((0, 1, 4095, 4096, 16383, 16384, r.randrange(290_000)))
                    length = min(r.choice((1, 3, 512, 4097, 16384, r.randrange(1, 200_000))), 300_000 - at)
                    inside = r.choice((0, 1, 512))
                    view = memoryview(buffer)[inside:inside + length]
                    if step % 2:
                        view[:] = noise[step:step + length]
                        assert os.pwrite(fd, view, at) == length
                        model[at:at + length] = view
                    else:
                        assert os.preadv(fd, [view], at) == length and view == model[at:at + length], step
                assert open("f", "rb").read() == model
                """))
        .isEmpty();
  }

  @Test
  void appending_goes_to_the_end_from_several_processes() throws Exception {
    assertThat(
            python(
                """
                children = []
                for letter in b"abcd":
                    child = os.fork()
                    if child == 0:
                        fd = os.open("log", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
                        for _ in range(500):
                            os.write(fd, bytes([letter]) * 37 + b"\\n")
                        os._exit(0)
                    children.append(child)
                for child in children:
                    os.waitpid(child, 0)
                lines = open("log").read().splitlines()
                print(len(lines), {len(line) for line in lines}, {len(set(line)) for line in lines})
                """))
        .isEqualTo("2000 {37} {1}");
  }

  @Test
  void locks_keep_other_processes_out() throws Exception {
    assertThat(
            python(
                """
                import fcntl
                NOW = fcntl.LOCK_EX | fcntl.LOCK_NB
                fd = os.open("f", os.O_CREAT | os.O_RDWR)
                def ranged(start, length):
                    fcntl.lockf(os.open("f", os.O_RDWR), NOW, length, start)
                def whole(kind):
                    fcntl.flock(os.open("f", os.O_RDWR), kind | fcntl.LOCK_NB)
                other = lambda what, *a: user(0, 0, [1], what, *a)
                fcntl.lockf(fd, fcntl.LOCK_EX, 10, 100)
                print(other(ranged, 105, 1), other(ranged, 110, 5), other(ranged, 0, 100), end=" ")
                fcntl.lockf(fd, fcntl.LOCK_UN, 5, 100)
                print(other(ranged, 100, 5), other(ranged, 104, 2))
                fcntl.flock(fd, fcntl.LOCK_SH)
                print(other(whole, fcntl.LOCK_SH), other(whole, fcntl.LOCK_EX), end=" ")
                fcntl.flock(fd, fcntl.LOCK_UN)
                print(other(whole, fcntl.LOCK_EX))
                """))
        .isEqualTo("EAGAIN ok ok ok EAGAIN\nok EAGAIN ok");
  }

  @Test
  void a_range_is_copied_between_files() throws Exception {
    assertThat(
            python(
                """
                data = os.urandom(200_000)
                write("a", data)
                a, b = os.open("a", os.O_RDONLY), os.open("b", os.O_CREAT | os.O_RDWR)
                done = 0
                while done < 150_000:
                    done += os.copy_file_range(a, b, 150_000 - done, 10 + done, 3 + done)
                print(os.pread(b, 1 << 20, 0) == bytes(3) + data[10:150_010])
                os.lseek(a, 0, os.SEEK_SET)
                print(os.sendfile(b, a, 0, 200_000), os.pread(b, 200_000, 0) == data)
                """))
        .isEqualTo("True\n200000 True");
  }
}
