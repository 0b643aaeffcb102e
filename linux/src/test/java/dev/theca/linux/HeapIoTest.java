package dev.theca.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeapIoTest {
  @TempDir Path folder;

  @Test
  void arrays_are_written_and_read_at_offsets() throws Exception {
    byte[] bytes = "..content..".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    Path path = folder.resolve("file");
    try (var file = Fd.open(path, Fd.O_RDWR | Fd.O_CREAT, 0600)) {
      file.writeAt(bytes, 2, 7, 100);
      byte[] back = new byte[20];
      assertThat(file.readAt(back, 3, 10, 98)).as("up to the end of the file").isEqualTo(9);
      assertThat(new String(back, 5, 7, java.nio.charset.StandardCharsets.US_ASCII))
          .isEqualTo("content");
      assertThat(file.readAt(back, 0, 20, 107)).isZero();
      assertThatThrownBy(() -> file.readAt(back, 15, 6, 0))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> file.readAt(back, 0, 1, -1))
          .isInstanceOfSatisfying(
              LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
    }
    assertThat(Files.size(path)).isEqualTo(107);
  }
}
