package dev.theca.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.wire.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that arrive are written and hashed side by side, and are all there in the end. */
class UploadTest {
  private static final int PLENTY = 100_000_000;

  @TempDir private Path folder = Path.of("");
  private Path file = Path.of("");

  @BeforeEach
  void begin() throws IOException {
    file = Files.createFile(folder.resolve("upload"));
  }

  private Upload upload() {
    return new Upload("id", file, 0, Instant.EPOCH);
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 1_000_000, 80_000_000})
  void what_comes_in_two_requests_has_the_digest_of_all(int size) throws IOException {
    byte[] all = bytes(size);
    var upload = upload();
    assertThat(upload.append(new ByteArrayInputStream(all, 0, size / 3), PLENTY)).isTrue();
    assertThat(upload.append(new ByteArrayInputStream(all, size / 3, size), PLENTY)).isTrue();
    assertThat(upload.size()).isEqualTo(size);
    assertThat(upload.digest("sha256")).isEqualTo(Digest.sha256(all));
    assertThat(Files.readAllBytes(upload.complete())).isEqualTo(all);
  }

  @Test
  void what_came_before_a_connection_broke_counts_and_is_gone_on_from() throws IOException {
    byte[] all = bytes(500_000);
    var upload = upload();
    var broken =
        new SequenceInputStream(
            new ByteArrayInputStream(all, 0, 300_001),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("gone");
              }
            });
    assertThatThrownBy(() -> upload.append(broken, PLENTY)).hasMessage("gone");
    assertThat(upload.size()).isEqualTo(300_001);
    byte[] rest = Arrays.copyOfRange(all, 300_001, all.length);
    assertThat(upload.append(new ByteArrayInputStream(rest), PLENTY)).isTrue();
    assertThat(upload.digest("sha256")).isEqualTo(Digest.sha256(all));
    assertThat(Files.readAllBytes(file)).isEqualTo(all);
  }

  @Test
  void more_than_may_come_is_not_taken() throws IOException {
    assertThat(upload().append(new ByteArrayInputStream(bytes(200_000)), 150_000)).isFalse();
    assertThat(Files.size(file)).isLessThanOrEqualTo(150_000);
  }
}
