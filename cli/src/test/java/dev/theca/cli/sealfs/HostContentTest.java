package dev.theca.cli.sealfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.cli.sealfs.HostContent.Holes;
import dev.theca.linux.Errno;
import dev.theca.linux.Fd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of a file with holes, whatever is said of them. */
class HostContentTest {
  private static final int SIZE = 3 << 20;
  private static final int[] DATA = {0, 700_000, 2_500_000};

  @TempDir Path place;
  private Path file = Path.of("");
  private byte[] whole = new byte[SIZE];
  private long read;

  @BeforeEach
  void aFileWithHoles() throws IOException {
    file = place.resolve("sparse");
    var random = new Random(5);
    try (var out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int at : DATA) {
        byte[] noise = new byte[10_000];
        random.nextBytes(noise);
        int unused = out.write(ByteBuffer.wrap(noise), at);
        System.arraycopy(noise, 0, whole, at, noise.length);
      }
      int unused = out.write(ByteBuffer.wrap(new byte[1]), SIZE - 1);
    }
  }

  /** What arrives; pieces come by rising offsets and do not overlap. */
  private byte[] copied(Holes holes) throws IOException {
    byte[] into = new byte[SIZE];
    long[] last = {0};
    read = 0;
    try (var in = FileChannel.open(file, StandardOpenOption.READ)) {
      new HostContent()
          .copy(
              file,
              in,
              holes,
              SIZE,
              (at, bytes, from, length) -> {
                assertThat(at).isGreaterThanOrEqualTo(last[0]);
                last[0] = at + length;
                read += length;
                System.arraycopy(bytes, from, into, (int) at, length);
              });
    }
    return into;
  }

  private interface Says {
    long of(long offset);
  }

  private static Holes saying(Says data, Says hole) {
    return new Holes() {
      @Override
      public long nextData(long offset) {
        return data.of(offset);
      }

      @Override
      public long nextHole(long offset) {
        return hole.of(offset);
      }
    };
  }

  @Test
  void holes_are_not_read() throws IOException {
    try (var fd = Fd.open(file, Fd.O_RDONLY)) {
      assertThat(copied(Holes.of(fd))).isEqualTo(whole);
    }
    assertThat(read).isLessThan(SIZE / 4);
  }

  @ParameterizedTest
  @ValueSource(longs = {-Errno.EINVAL, -Errno.EIO, -1, 0, Long.MIN_VALUE})
  void a_file_system_that_talks_nonsense_of_data_is_not_asked(long said) throws IOException {
    assertThat(copied(saying(at -> said, at -> -Errno.EINVAL))).isEqualTo(whole);
    assertThat(copied(saying(at -> said, at -> Long.MAX_VALUE))).isEqualTo(whole);
  }

  @Test
  void holes_that_begin_before_or_at_the_data_stop_nothing() throws IOException {
    assertThat(copied(saying(at -> at, at -> at))).isEqualTo(whole);
    assertThat(copied(saying(at -> at, at -> at / 2))).isEqualTo(whole);
    assertThat(copied(saying(at -> at, at -> at + 1))).isEqualTo(whole);
  }

  @Test
  void a_file_that_takes_all_its_room_is_read_whole() throws IOException {
    Files.write(file, whole);
    byte[] into = new byte[SIZE];
    long[] sum = {0};
    try (var fd = Fd.open(file, Fd.O_RDONLY)) {
      new HostContent()
          .copy(
              file,
              fd,
              SIZE,
              (at, bytes, from, length) -> {
                sum[0] += length;
                System.arraycopy(bytes, from, into, (int) at, length);
              });
    }
    assertThat(into).isEqualTo(whole);
    assertThat(sum[0]).isEqualTo(SIZE);
  }

  private void changedBy(Says change) {
    assertThatThrownBy(
            () -> {
              try (var fd = Fd.open(file, Fd.O_RDONLY)) {
                boolean[] done = {false};
                new HostContent()
                    .copy(
                        file,
                        fd,
                        SIZE,
                        (at, bytes, from, length) -> {
                          if (!done[0]) change.of(at);
                          done[0] = true;
                        });
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file + " ")
        .hasMessageContaining("while it was read");
  }

  private long write(long at, int length) {
    try (var out = FileChannel.open(file, StandardOpenOption.WRITE)) {
      byte[] other = new byte[length];
      Arrays.fill(other, (byte) 'x');
      return out.write(ByteBuffer.wrap(other), at);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_file_that_changes_meanwhile_is_refused() {
    changedBy(at -> write(5000, 10)); // what was read already
    changedBy(at -> write(1_500_000, 10)); // in a hole
    changedBy(at -> write(SIZE, 10)); // longer
  }

  @Test
  void a_file_that_was_written_just_now_is_read_when_a_change_of_it_would_show()
      throws IOException {
    write(SIZE - 1, 1);
    var modified = Files.getLastModifiedTime(file).toInstant();
    var begun = new ArrayList<Instant>();
    try (var fd = Fd.open(file, Fd.O_RDONLY)) {
      new HostContent().copy(file, fd, SIZE, (at, bytes, from, length) -> begun.add(Instant.now()));
    }
    assertThat(begun.getFirst()).isAfterOrEqualTo(modified.plus(HostContent.REST));
  }

  @Test
  void a_file_that_becomes_shorter_is_refused() {
    changedBy(
        at -> {
          try (var out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            return out.truncate(1_000_000).size();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }
}
