package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * One file under random writes, mappings, direct calls, cuts, holes and copies, against a model in
 * memory; remounted in between. Longer with {@code theca.check.seconds}.
 */
class RandomContentTest extends PosixTest {
  private static final String STEPS =
      """
      import mmap, random
      seed, steps, largest = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
      direct_too = sys.argv[4] != "PLAIN"
      r = random.Random(seed)
      noise, buffer = random.Random(1).randbytes(1 << 20), mmap.mmap(-1, 1 << 20)
      model = bytearray(open("model", "rb").read() if os.path.exists("model") else b"")
      fd, direct = os.open("f", os.O_CREAT | os.O_RDWR), os.open("f", os.O_RDWR | os.O_DIRECT)

      def same(got, at, length, step):
          assert got == model[at:at + length], (seed, step, at, length, len(model))

      def put(at, data):
          if at > len(model):
              model.extend(bytes(at - len(model)))
          model[at:at + len(data)] = data

      def mapped(at):
          at -= at % 4096
          return at, mmap.mmap(fd, len(model) - at, offset=at)

      same(os.pread(fd, largest + 1, 0), 0, largest + 1, -1)
      for step in range(steps):
          what, at = r.randrange(14), r.choice((r.randrange(largest), r.randrange(0, largest, 4096)))
          length = r.choice((r.randrange(1, 100), r.randrange(1, 5000), r.randrange(1, 300_000), 16384))
          length = min(length, largest - at)
          data = noise[step % 9999:step % 9999 + length]
          end = min(at + length, len(model))
          if what < 3:
              assert os.pwrite(fd, data, at) == length
              put(at, data)
          elif what == 3:
              same(os.pread(fd, length, at), at, length, step)
          elif what == 4 and at < len(model):
              start, view = mapped(at)
              same(view[:length], start, length, step)
          elif what == 5 and at < len(model):
              start, view = mapped(at)
              part = data[:len(view)]
              view[:len(part)] = part
              put(start, part)
              view.flush() if step % 2 else None
          elif what == 6:
              os.ftruncate(fd, at), put(at, b"")
              del model[at:]
          elif what in (7, 8):
              how = (PUNCH_HOLE | KEEP_SIZE, ZERO_RANGE | KEEP_SIZE, ZERO_RANGE)[step % 3]
              fallocate(fd, how, at, length)
              put(at + length, b"") if how == ZERO_RANGE else None
              end = min(at + length, len(model))
              model[at:end] = bytes(max(0, end - at))
          elif what == 9:
              fallocate(fd, KEEP_SIZE * (step % 2), at, length)
              put(at + length, b"") if step % 2 == 0 else None
          elif what == 10 and direct_too:
              buffer[:length] = data
              assert os.pwrite(direct, memoryview(buffer)[:length], at) == length
              put(at, data)
          elif what == 11 and direct_too:
              got = os.preadv(direct, [memoryview(buffer)[:length]], at)
              same(buffer[:got], at, length, step)
          elif what == 12:
              os.fsync(fd) if step % 2 else os.fdatasync(fd)
              os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
          elif what == 13 and len(model) > 2 * length:
              source = r.randrange(len(model) - length)
              if abs(source - at) >= length:
                  done = os.copy_file_range(fd, fd, length, source, at)
                  put(at, bytes(model[source:source + done]))
          assert os.fstat(fd).st_size == len(model), (seed, step, what, len(model))
          if step % 100 == 0:
              same(os.pread(fd, largest + 1, 0), 0, largest + 1, step)
      same(os.pread(fd, largest + 1, 0), 0, largest + 1, steps)
      write("model", model, os.O_TRUNC)
      """;

  @Test
  void content_is_what_was_put_there_last() throws Exception {
    Path where = Files.createTempDirectory(bed.root(), "random");
    long seconds = Long.getLong("theca.check.seconds", 0);
    long end = System.nanoTime() + seconds * 1_000_000_000L / 10;
    var seeds = new Random(seconds > 0 ? System.nanoTime() : 7);
    for (int round = 0; round < 3 || System.nanoTime() < end; round++) {
      String largest = round % 3 == 2 ? "4000000" : "500000";
      String seed = Integer.toString(seeds.nextInt(1 << 30));
      assertThat(bed.python(where, STEPS, seed, "1200", largest, kind.name())).isEmpty();
      bed.remount();
    }
  }
}
