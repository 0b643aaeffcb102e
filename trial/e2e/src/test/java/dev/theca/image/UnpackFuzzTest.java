package dev.theca.image;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.theca.kit.Fuzz;
import dev.theca.kit.PaxRecords;
import dev.theca.kit.SparseTar;
import dev.theca.kit.TarMaker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/**
 * Layers of any bytes: the sink sees a tree that can be, names that are names, and every input
 * ends.
 */
class UnpackFuzzTest {
  private static List<byte[]> tars() {
    var all =
        new TarMaker()
            .directory("a/")
            .pax(new PaxRecords().xattr("user.x", new byte[] {0, -1}).put("mtime", "-1.5"))
            .file("a/b", new byte[600])
            .symlink("a/l", "../a")
            .hardLink("a/h", "a/b")
            .fifo("a/p")
            .characterDevice("a/c", 1, 3)
            .whiteout("a/", "l")
            .opaque("a/")
            .gnuLongName("n".repeat(150))
            .file("x", "long")
            .file("a/l/x", "through")
            .end();
    var sparse = SparseTar.file("s", 100_000).piece(0, new byte[512]).piece(8192, new byte[512]);
    return List.of(
        all,
        sparse.old(new TarMaker()).end(),
        sparse.pax00(new TarMaker()).end(),
        sparse.pax01(new TarMaker()).end(),
        sparse.pax10(new TarMaker()).end());
  }

  @Test
  void archives() {
    ran("unpack tar", tars(), "");
  }

  @Test
  void gzip() {
    ran("unpack gzip", tars().stream().map(UnpackFuzzTest::gzipped).toList(), "+gzip");
  }

  @Test
  void zstd() {
    ran("unpack zstd", tars().stream().map(UnpackFuzzTest::zstd).toList(), "+zstd");
  }

  private static void ran(String name, List<byte[]> seeds, String suffix) {
    var target = new FuzzUnpack(suffix, tars().getFirst());
    long inputs = Fuzz.run(name, seeds, target::take);
    assertTrue(inputs > 10, inputs + " inputs");
  }

  private static byte[] gzipped(byte[] plain) {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.toByteArray();
  }

  private static byte[] zstd(byte[] plain) {
    var out = new ByteArrayOutputStream();
    try (var zstd = new io.airlift.compress.v3.zstd.ZstdOutputStream(out)) {
      zstd.write(plain);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.toByteArray();
  }
}
