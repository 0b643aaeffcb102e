package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

/** Holes, reserved ranges and the largest sizes. */
class SparseFileTest extends PosixTest {
  @Test
  void a_hole_reads_as_zeroes_and_takes_no_space() throws Exception {
    assertThat(
            python(
                """
                fd = os.open("f", os.O_CREAT | os.O_RDWR)
                os.pwrite(fd, b"end", 1 << 40), os.fsync(fd)
                print(os.fstat(fd).st_size, os.fstat(fd).st_blocks < 1000)
                print(os.pread(fd, 4, 123456), os.pread(fd, 9, (1 << 40) - 2))
                os.ftruncate(fd, 5), os.ftruncate(fd, 1 << 40)
                print(os.pread(fd, 3, (1 << 40) - 3), os.pread(fd, 9, 0))
                """))
        .isEqualTo(
            "1099511627779 True\nb'\\x00\\x00\\x00\\x00' b'\\x00\\x00end'\n"
                + "b'\\x00\\x00\\x00' b'\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00'");
  }

  /** More than 2 GiB behind the end, and not where a block begins. */
  @Test
  void a_write_far_behind_the_end_leaves_a_hole() throws Exception {
    assertThat(
            python(
                """
                for far in 3 << 30, 5 << 30, (1 << 40) // 3, (1 << 42) + 77:
                    fd = os.open("f", os.O_CREAT | os.O_RDWR | os.O_TRUNC)
                    os.write(fd, b"begin"), os.fsync(fd)
                    print(os.pwrite(fd, b"far", far + 5), word(os.fsync, fd), end=" ")
                    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
                    print(os.pread(fd, 9, 0), os.pread(fd, 9, far), os.fstat(fd).st_size == far + 8)
                """))
        .isEqualTo(
            String.join(
                "\n",
                java.util.Collections.nCopies(
                    4,
                    "3 ok b'begin\\x00\\x00\\x00\\x00'"
                        + " b'\\x00\\x00\\x00\\x00\\x00far' True")));
  }

  @Test
  void what_was_cut_off_never_comes_back() throws Exception {
    assertThat(
            python(
                """
                for size in 100, 2048, 2049, 16384, 100_000:
                    for keep in 0, 1, size // 2, size - 1:
                        fd = os.open("f", os.O_CREAT | os.O_RDWR | os.O_TRUNC)
                        os.write(fd, b"x" * size), os.fsync(fd)
                        os.ftruncate(fd, keep), os.ftruncate(fd, size + 99), os.fsync(fd)
                        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
                        assert os.pread(fd, 1 << 20, 0) == b"x" * keep + bytes(size + 99 - keep), (size, keep)
                """))
        .isEmpty();
  }

  /** The kernel asks without writing back first: of what can change, all is data. */
  @Test
  void no_hole_is_told_of_where_data_waits_to_be_written() throws Exception {
    assertThat(
            python(
                """
                import subprocess
                fd = os.open("f", os.O_CREAT | os.O_RDWR)
                os.pwrite(fd, b"x" * 65536, 1 << 20), os.ftruncate(fd, 4 << 20)
                at = os.lseek(fd, 0, os.SEEK_DATA)
                print(at <= 1 << 20, os.lseek(fd, 1 << 20, os.SEEK_DATA) == 1 << 20)
                print(os.lseek(fd, 1 << 20, os.SEEK_HOLE) >= (1 << 20) + 65536)
                print(word(os.lseek, fd, 4 << 20, os.SEEK_DATA), word(os.lseek, fd, 4 << 20, os.SEEK_HOLE))
                subprocess.run(["cp", "f", "g"], check=True)
                subprocess.run(["cp", "--sparse=always", "f", "h"], check=True)
                subprocess.run(["tar", "cSf", "t.tar", "f"], check=True)
                os.mkdir("d"), subprocess.run(["tar", "xf", "t.tar", "-C", "d"], check=True)
                print({open(n, "rb").read() == open("f", "rb").read() for n in ("g", "h", "d/f")})
                """))
        .isEqualTo("True True\nTrue\nENXIO ENXIO\n{True}");
  }

  @Test
  void no_hole_is_told_of_where_a_mapping_was_written() throws Exception {
    assertThat(
            python(
                """
                import mmap, subprocess
                fd = os.open("f", os.O_CREAT | os.O_RDWR)
                os.ftruncate(fd, 1 << 20)
                view = mmap.mmap(fd, 1 << 20)
                view[300_000:300_004] = b"here"
                print(os.lseek(fd, 0, os.SEEK_DATA) <= 300_000)
                subprocess.run(["cp", "--sparse=always", "f", "g"], check=True)
                print(open("g", "rb").read() == view[:])
                """))
        .isEqualTo("True\nTrue");
  }

  @Test
  void reserving_zeroing_and_punching() throws Exception {
    assertThat(
            python(
                """
                PUNCH, ZERO, ZERO_KEEP = PUNCH_HOLE | KEEP_SIZE, ZERO_RANGE, ZERO_RANGE | KEEP_SIZE
                for how in 0, KEEP_SIZE, PUNCH, ZERO, ZERO_KEEP:
                    for at, length in (0, 4096), (100, 5000), (20_000, 30_000), (16_384, 16_384), (90_000, 9):
                        fd = os.open("f", os.O_CREAT | os.O_RDWR | os.O_TRUNC)
                        model = bytearray(os.urandom(50_000))
                        os.write(fd, model), fallocate(fd, how, at, length)
                        if how in (0, ZERO) and at + length > len(model):
                            model.extend(bytes(at + length - len(model)))
                        if how in (PUNCH, ZERO, ZERO_KEEP):
                            end = min(at + length, len(model))
                            model[at:end] = bytes(max(0, end - at))
                        os.fsync(fd), os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
                        assert os.pread(fd, 1 << 20, 0) == model, (how, at, length)
                print([word(fallocate, fd, how, 0, 10) for how in (2, 4, 18, 19, 64)])
                print([word(fallocate, fd, 0, at, length) for at, length in ((-1, 5), (0, 0), (5, -5), (2**63 - 1, 9))])
                print(word(fallocate, os.open("f", os.O_RDONLY), 0, 0, 9), word(fallocate, os.open(".", 0), 0, 0, 9))
                """))
        .isEqualTo(
            """
            ['ENOTSUP', 'ENOTSUP', 'ENOTSUP', 'ENOTSUP', 'ENOTSUP']
            ['EINVAL', 'EINVAL', 'EINVAL', 'EFBIG']
            EBADF EBADF""");
  }

  @Test
  void a_file_ends_below_two_to_the_48() throws Exception {
    assumeTrue(kind != PosixBed.Kind.PLAIN, "others have other limits");
    assertThat(
            python(
                """
                fd = os.open("f", os.O_CREAT | os.O_RDWR)
                last = (1 << 48) - 1
                print(word(os.ftruncate, fd, last), word(os.ftruncate, fd, last + 1), os.fstat(fd).st_size == last)
                print(os.pwrite(fd, b"last", last - 4), word(os.fsync, fd), os.pread(fd, 9, last - 5))
                print(word(fallocate, fd, 0, last, 1), word(os.ftruncate, fd, 2**63 - 1))
                os.ftruncate(fd, 10)
                print(os.pread(fd, 99, 0) == bytes(10))
                """))
        .isEqualTo("ok EFBIG True\n4 ok b'\\x00last'\nEFBIG EFBIG\nTrue");
  }
}
