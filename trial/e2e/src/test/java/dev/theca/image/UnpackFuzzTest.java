package dev.theca.image;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.theca.image.tar.TarLimits;
import dev.theca.image.unpack.Attributes;
import dev.theca.image.unpack.JavaZstd;
import dev.theca.image.unpack.Layer;
import dev.theca.image.unpack.Limits;
import dev.theca.image.unpack.TreeSink;
import dev.theca.image.unpack.Unpacker;
import dev.theca.kit.Fuzz;
import dev.theca.kit.PaxRecords;
import dev.theca.kit.SparseTar;
import dev.theca.kit.TarMaker;
import dev.theca.wire.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/**
 * Layers of any bytes: the sink sees a tree that can be, names that are names, and every input
 * ends.
 */
class UnpackFuzzTest {
  private static final Limits LIMITS =
      Limits.DEFAULT
          .withTar(new TarLimits(4096, 4095, 1 << 16, 255, 1 << 12, 1 << 14, 1 << 24, 64))
          .withTree(5000, 1 << 20, 64, 10)
          .withBytes(1 << 25, 100, 1 << 20, 1 << 20);

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
    var unpacker = new Unpacker(Unpacker.NO_KEYS, new JavaZstd(), LIMITS, Progress.silent());
    byte[] below = tars().getFirst();
    long inputs =
        Fuzz.run(
            name,
            seeds,
            input -> {
              var layers = List.of(layer("", below), layer(suffix, input));
              var unused = unpacker.unpack(layers, new CheckingSink());
            });
    assertTrue(inputs > 10, inputs + " inputs");
  }

  /** The diff id fits for plain archives only; it is judged last. */
  private static Layer layer(String suffix, byte[] bytes) {
    return new Layer(
        new Descriptor(
            "application/vnd.oci.image.layer.v1.tar" + suffix,
            Digest.sha256(bytes),
            bytes.length,
            Map.of()),
        Digest.sha256(bytes),
        new Blob() {
          @Override
          public long size() {
            return bytes.length;
          }

          @Override
          public InputStream from(long offset) {
            return new ByteArrayInputStream(bytes);
          }
        });
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

  /** Knows which names there are, and complains about what no tree could do. */
  private static final class CheckingSink implements TreeSink {
    private final Map<Long, Set<String>> directories = new HashMap<>();
    private long next = 2;

    CheckingSink() {
      directories.put(1L, new HashSet<>());
    }

    private Set<String> names(long directory) {
      var names = directories.get(directory);
      if (names == null) throw new IllegalStateException("no directory " + directory);
      return names;
    }

    private void put(long parent, byte[] name) {
      String text = new String(name, java.nio.charset.StandardCharsets.ISO_8859_1);
      if (text.isEmpty()
          || text.length() > 255
          || text.equals(".")
          || text.equals("..")
          || text.indexOf('/') >= 0
          || text.indexOf('\0') >= 0) throw new IllegalStateException("no name: " + text);
      if (!names(parent).add(text)) throw new IllegalStateException("taken: " + text);
    }

    private void take(long parent, byte[] name) {
      String text = new String(name, java.nio.charset.StandardCharsets.ISO_8859_1);
      if (!names(parent).remove(text)) throw new IllegalStateException("not there: " + text);
    }

    @Override
    public long root() {
      return 1;
    }

    @Override
    public synchronized long file(Attributes attributes) {
      return next++;
    }

    @Override
    public void data(long file, long offset, byte[] bytes, int from, int length) {}

    @Override
    public void end(long file, long size) {}

    @Override
    public void attach(long file, long parent, byte[] name) {
      put(parent, name);
    }

    @Override
    public synchronized long directory(long parent, byte[] name, Attributes attributes) {
      put(parent, name);
      directories.put(next, new HashSet<>());
      return next++;
    }

    @Override
    public void attributes(long directory, Attributes attributes) {
      var unused = names(directory);
    }

    @Override
    public void symlink(long parent, byte[] name, byte[] target, Attributes attributes) {
      put(parent, name);
    }

    @Override
    public void special(
        long parent, byte[] name, Special kind, int major, int minor, Attributes attributes) {
      put(parent, name);
    }

    @Override
    public void link(long fromParent, byte[] fromName, long parent, byte[] name) {
      take(fromParent, fromName);
      put(fromParent, fromName);
      put(parent, name);
    }

    @Override
    public void unlink(long parent, byte[] name) {
      take(parent, name);
    }

    @Override
    public void rmdir(long parent, byte[] name, long directory) {
      take(parent, name);
      if (!names(directory).isEmpty()) throw new IllegalStateException("not empty");
      directories.remove(directory);
    }
  }
}
