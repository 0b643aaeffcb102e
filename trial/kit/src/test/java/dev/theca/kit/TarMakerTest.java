package dev.theca.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the maker writes is read by others as it was meant. */
class TarMakerTest {
  private static final byte[] BINARY = {0, -1, '\n', '=', (byte) 0x80};

  private static List<TarArchiveEntry> read(byte[] archive) throws IOException {
    try (var tar = new TarFile(archive)) {
      return tar.getEntries();
    }
  }

  @Test
  void every_kind_of_entry_is_read_back() throws IOException {
    var entries =
        read(
            new TarMaker()
                .directory("d/")
                .next(h -> h.mode(04755).owner(7, 1L << 30).modified(-5))
                .file("d/f", "text")
                .symlink("d/s", "../x")
                .hardLink("d/h", "d/f")
                .characterDevice("d/c", 5, 1)
                .blockDevice("d/b", 8, 0)
                .fifo("d/p")
                .whiteout("d/", "gone")
                .opaque("d/")
                .end());
    assertThat(entries)
        .extracting(TarArchiveEntry::getName)
        .containsExactly(
            "d/", "d/f", "d/s", "d/h", "d/c", "d/b", "d/p", "d/.wh.gone", "d/.wh..wh..opq");
    var file = entries.get(1);
    assertThat(file.getMode()).isEqualTo(04755);
    assertThat(file.getLongUserId()).isEqualTo(7);
    assertThat(file.getLongGroupId()).isEqualTo(1L << 30);
    assertThat(file.getLastModifiedTime().toMillis()).isEqualTo(-5000);
    assertThat(entries.get(2).getLinkName()).isEqualTo("../x");
    assertThat(entries.get(3).isLink()).isTrue();
    assertThat(entries.get(4).getDevMajor()).isEqualTo(5);
    assertThat(entries.get(6).isFIFO()).isTrue();
  }

  @Test
  void long_names_come_as_prefix_as_pax_and_as_gnu_entry() throws IOException {
    String prefixed = "p".repeat(90) + "/" + "q".repeat(90);
    String endless = "n".repeat(3000);
    var entries =
        read(
            new TarMaker()
                .file(prefixed, "1")
                .pax(PaxRecords.of("path", endless))
                .file("short", "2")
                .gnuLongName(endless + "2")
                .gnuLongLink(endless + "3")
                .symlink("short", "target")
                .end());
    assertThat(entries)
        .extracting(TarArchiveEntry::getName)
        .containsExactly(prefixed, endless, endless + "2");
    assertThat(entries.get(2).getLinkName()).isEqualTo(endless + "3");
    assertThatThrownBy(() -> TarHeader.of('0', endless)).hasMessageContaining("too long");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 86, 87, 88, 89, 90, 984, 985, 986, 987, 988, 989, 990, 9980, 9990})
  void a_record_counts_its_own_length(int valueBytes) {
    byte[] record = new PaxRecords().put("key", new byte[valueBytes]).bytes();
    String text = new String(record, StandardCharsets.ISO_8859_1);
    assertThat(Integer.parseInt(text.substring(0, text.indexOf(' ')))).isEqualTo(record.length);
  }

  @Test
  void bytes_of_an_attribute_stay_bytes() {
    byte[] record = new PaxRecords().xattr("user.x", BINARY).bytes();
    assertThat(record).startsWith("29 SCHILY.xattr.user.x=".getBytes(StandardCharsets.US_ASCII));
    assertThat(record).containsSubsequence(BINARY);
  }

  @Test
  void four_sparse_formats_hold_the_same_file(@TempDir Path folder) throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/tar")), "GNU tar is not here");
    for (int pieces : List.of(1, 4, 5, 25, 26, 60)) {
      var sparse = SparseTar.file("d/s", pieces * 8192L + 10);
      byte[] expected = new byte[pieces * 8192 + 10];
      for (int i = 0; i < pieces; i++) {
        byte[] data = new byte[512];
        java.util.Arrays.fill(data, (byte) (i + 1));
        sparse.piece(i * 8192L + 4096, data);
        System.arraycopy(data, 0, expected, i * 8192 + 4096, 512);
      }
      sparse.piece(expected.length, new byte[0]); // as GNU tar ends a map whose last part is a hole
      var archives =
          List.of(
              sparse.old(new TarMaker()).file("z", "after").end(),
              sparse.pax00(new TarMaker()).file("z", "after").end(),
              sparse.pax01(new TarMaker()).file("z", "after").end(),
              sparse.pax10(new TarMaker()).file("z", "after").end());
      for (byte[] archive : archives) {
        Path tar = Files.write(folder.resolve("a.tar"), archive);
        var process =
            new ProcessBuilder("tar", "-xf", tar.toString(), "-C", folder.toString())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
        assertThat(java.util.Arrays.equals(Files.readAllBytes(folder.resolve("d/s")), expected))
            .isTrue();
        assertThat(folder.resolve("z")).hasContent("after");
        Files.delete(folder.resolve("d/s"));
      }
    }
  }

  @Test
  void any_field_can_lie() throws IOException {
    byte[] block =
        TarHeader.of('0', "x")
            .base256(TarHeader.Field.SIZE, BigInteger.ONE.shiftLeft(80))
            .put(TarHeader.Field.MODE, "zzz")
            .bytes();
    assertThat(block[124]).isEqualTo((byte) 0x80);
    assertThat(block[125]).isEqualTo((byte) 1);
    assertThat(new String(block, 100, 3, StandardCharsets.US_ASCII)).isEqualTo("zzz");
    byte[] good = TarHeader.of('0', "x").bytes();
    byte[] bad = TarHeader.of('0', "x").wrongChecksum().bytes();
    assertThat(good).isNotEqualTo(bad);
    assertThat(read(new TarMaker().next(h -> h.wrongChecksum()).file("x", "").end()))
        .noneMatch(TarArchiveEntry::isCheckSumOK);
    assertThat(new TarMaker().file("x", "content").cutAt(515)).hasSize(515);
  }
}
