package dev.theca.sealfs.gramine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.secret.Secret;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Protected files on a real disk. */
class HostFileTest {
  @TempDir Path folder;
  private final Secret key = Bytes.key(6);
  private final byte[] content = Bytes.content(500_000, 1);
  private Path file;

  @BeforeEach
  void write() throws Exception {
    file = folder.resolve("a file");
    Files.write(file, Bytes.protect(content, key, Bytes.PATH));
  }

  @Test
  void what_is_no_regular_file_is_refused_and_no_link_is_followed() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    for (Path none : new Path[] {link, folder, folder.resolve("none")})
      Bytes.assertRefused(PfReader.open(none, key, Bytes.PATH), PfCode.MISSING);
    assertThat(PfReader.open(file, key, Bytes.PATH).then(Bytes::all).orThrow()).isEqualTo(content);
  }

  @Test
  void the_recovery_file_beside_it_is_found_and_both_stay_as_they_are() throws Exception {
    byte[] old = Files.readAllBytes(file);
    byte[] torn = old.clone();
    torn[58] = 1;
    torn[60] ^= 1;
    Files.write(file, torn);
    Bytes.assertRefused(PfReader.open(file, key, Bytes.PATH), PfCode.PENDING);
    byte[] record =
        ByteBuffer.allocate(4104)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(0)
            .put(old, 0, 4096)
            .array();
    Path beside = folder.resolve("a file.gramine.recovery");
    Files.write(beside, record);
    assertThat(PfReader.open(file, key, Bytes.PATH).then(Bytes::all).orThrow()).isEqualTo(content);
    assertThat(file).hasBinaryContent(torn);
    assertThat(beside).hasBinaryContent(record);
  }

  @Test
  void a_file_that_the_host_cuts_while_it_is_read_is_refused() throws Exception {
    try (var reader = PfReader.open(file, key, Bytes.PATH).orThrow();
        var host =
            java.nio.channels.FileChannel.open(file, java.nio.file.StandardOpenOption.WRITE)) {
      byte[] into = new byte[content.length];
      assertThat(reader.read(0, into, 0, 100_000).isGranted()).isTrue();
      host.truncate(300_000);
      Bytes.assertRefused(reader.read(0, into, 0, into.length), PfCode.LENGTH);
      assertThat(into).containsOnly(0);
    }
  }

  @Test
  void a_closed_reader_gives_nothing() {
    var reader = PfReader.open(file, key, Bytes.PATH).orThrow();
    reader.close();
    assertThat(reader.read(0, new byte[10], 0, 10).isGranted()).isFalse();
    assertThat(reader.path()).as("wiped").isEmpty();
  }

  @Test
  void names_are_bytes_whatever_the_locale() {
    for (int b = 1; b < 256; b++) {
      if (b == '/') continue;
      byte[] name = {'x', (byte) b, 'y'};
      String uri = HostFile.relative(name).toAbsolutePath().toUri().getRawPath();
      assertThat(HostFile.relative(name).getNameCount()).isEqualTo(1);
      assertThat(uri.substring(uri.lastIndexOf('/') + 1)).startsWith("x").endsWith("y");
      assertThat(HostFile.relative(name)).isEqualTo(HostFile.relative(name.clone()));
      if (b > 1) {
        byte[] other = {'x', (byte) (b - 1), 'y'};
        if (b - 1 != '/')
          assertThat(HostFile.relative(name)).isNotEqualTo(HostFile.relative(other));
      }
    }
  }
}
