package dev.theca.image.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.unpack.Limits;
import dev.theca.kit.ImageMaker;
import dev.theca.kit.NastyLayers;
import dev.theca.kit.PaxRecords;
import dev.theca.kit.SparseTar;
import dev.theca.kit.TarMaker;
import dev.theca.wire.Digest;
import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Layers of an owner who is the attacker, or was robbed: sealed, and meant to fill or to break. */
@ParameterizedClass
@EnumSource(Way.class)
@Timeout(120)
class BombTest {
  private static final byte[] BOMB = new TarMaker().file("zeros", new byte[24 << 20]).end();

  @Parameter Way way;
  @TempDir Path folder;
  private Siege siege;

  @BeforeEach
  void begin() throws Exception {
    siege = Siege.plain(way, folder);
  }

  @AfterEach
  void end() throws Exception {
    siege.close();
  }

  private Siege.Verdict pulled(String mediaType, byte[] stored, byte[] tar, Limits limits) {
    var layer = siege.owner.seal("bomb", mediaType, stored, Digest.sha256(tar).toString());
    return siege.tag(Owner.image(siege.lower, layer)).pullAnything(limits);
  }

  private Siege.Verdict pulled(byte[] tar) {
    return pulled(ImageMaker.GZIP, ImageMaker.gzip(tar), tar, siege.limits());
  }

  /** A hundred times its size behind the first mebibyte; a fortieth of the usual sizes. */
  private Limits small() {
    return siege.limits().withBytes(1L << 30, 100, 1 << 20, 1 << 20);
  }

  private static byte[] zstd(byte[] tar) throws Exception {
    var out = new ByteArrayOutputStream();
    try (var zstd = new ZstdOutputStream(out)) {
      zstd.write(tar);
    }
    return out.toByteArray();
  }

  @Test
  void a_bomb_of_gzip_is_refused_on_the_way() {
    pulled(ImageMaker.GZIP, ImageMaker.gzip(BOMB), BOMB, small())
        .is("image-limit")
        .saying("100 times");
  }

  @Test
  void a_bomb_of_zstd_is_refused_on_the_way() throws Exception {
    pulled(ImageMaker.TAR + "+zstd", zstd(BOMB), BOMB, small())
        .is("image-limit")
        .saying("100 times");
  }

  @Test
  void a_window_that_takes_all_memory_is_refused() {
    byte[] window = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) 0x88, 1, 0, 0};
    pulled(ImageMaker.TAR + "+zstd", window, BOMB, siege.limits())
        .is("image-limit")
        .saying("window");
  }

  @Test
  void all_layers_together_have_one_limit() {
    byte[] tar = Siege.tar(7);
    long most = tar.length + 100_000L;
    pulled(
            ImageMaker.GZIP,
            ImageMaker.gzip(tar),
            tar,
            siege.limits().withBytes(most, 100, 1 << 20, 1 << 20))
        .is("image-limit")
        .saying(most + " ");
  }

  @Test
  void an_extended_header_without_end_is_refused() {
    var records = PaxRecords.of("comment", "x".repeat(3 << 20));
    pulled(new TarMaker().pax(records).file("x", "").end()).is("image-limit").saying("extended");
  }

  @Test
  void many_small_extended_attributes_are_refused_together() {
    var records = new PaxRecords();
    for (int i = 0; i < 40; i++) records.xattr("user." + i, new byte[20_000]);
    pulled(new TarMaker().pax(records).file("x", "").end()).is("image-limit").saying("attributes");
  }

  @Test
  void entries_without_number_are_refused() {
    var tar = new TarMaker();
    for (int i = 0; i < 3000; i++) tar.file("f" + i, "");
    byte[] all = tar.end();
    pulled(
            ImageMaker.GZIP,
            ImageMaker.gzip(all),
            all,
            siege.limits().withTree(2000, 1 << 20, 100, 40))
        .is("image-limit")
        .saying("2000");
  }

  @Test
  void directories_below_each_other_without_end_are_refused() {
    byte[] deep = new TarMaker().gnuLongName("d/".repeat(1000) + "f").file("x", "").end();
    pulled(deep).is("image-limit").saying("512");
  }

  @Test
  void links_on_the_way_without_end_are_refused() {
    var tar = new TarMaker();
    for (int i = 0; i < 60; i++) tar.symlink("l" + i, "l" + (i + 1));
    byte[] all = tar.directory("l60/").file("l0/x", "").end();
    pulled(all).is("image-layer").saying("more than 40 links");
  }

  @Test
  void a_sparse_file_larger_than_any_disk_is_refused() {
    var tar = new TarMaker();
    SparseTar.file("huge", 1L << 50).piece(0, new byte[512]).pax10(tar);
    pulled(tar.end()).is("image-limit");
  }

  @Test
  void many_large_sparse_files_are_refused_together() {
    var tar = new TarMaker();
    for (int i = 0; i < 80; i++)
      SparseTar.file("s" + i, 1L << 30).piece((1L << 30) - 512, new byte[512]).pax10(tar);
    pulled(tar.end()).is("image-limit").saying("files together");
  }

  @Test
  void no_hostile_archive_leaves_its_tree() throws Exception {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    for (var hostile : NastyLayers.hostile().entrySet()) {
      var verdict = pulled(hostile.getValue());
      assertThat(verdict.code()).as(hostile.getKey()).isIn("granted", "image-layer", "image-limit");
      assertThat(outside).isEmptyDirectory();
      for (Path above = folder; above != null; above = above.getParent())
        assertThat(above.resolve("escaped")).as(hostile.getKey()).doesNotExist();
    }
  }
}
