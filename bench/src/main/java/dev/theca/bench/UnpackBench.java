package dev.theca.bench;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.theca.image.Blob;
import dev.theca.image.Descriptor;
import dev.theca.image.Progress;
import dev.theca.image.spi.ZstdDecoder;
import dev.theca.image.unpack.DirectorySink;
import dev.theca.image.unpack.JavaZstd;
import dev.theca.image.unpack.Layer;
import dev.theca.image.unpack.Limits;
import dev.theca.image.unpack.Unpacker;
import dev.theca.interop.Zstd;
import dev.theca.wire.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The whole way of a layer - fetch, two digests, decompression, tar, files on a disk - against its
 * decompressor alone, on the same bytes in memory. Arguments: megabytes, rounds, folder for trees.
 */
final class UnpackBench {
  /** Opens compressed bytes. */
  private interface Decoder {
    InputStream open(InputStream in) throws IOException;
  }

  private final byte[] tar;
  private final int rounds;
  private final Path folder;

  private UnpackBench(int megabytes, int rounds, Path folder) throws IOException {
    this.tar = tar(megabytes);
    this.rounds = rounds;
    this.folder = folder;
  }

  public static void main(String[] args) throws Exception {
    var bench =
        new UnpackBench(Integer.parseInt(args[0]), Integer.parseInt(args[1]), Path.of(args[2]));
    var gzip = new ByteArrayOutputStream();
    bench.write(new GZIPOutputStream(gzip));
    bench.run("gzip", gzip, "+gzip", in -> new GZIPInputStream(in, 1 << 16), new JavaZstd());
    var zstd = new ByteArrayOutputStream();
    bench.write(new ZstdOutputStreamNoFinalizer(zstd));
    bench.run("zstd, native", zstd, "+zstd", in -> new Zstd().decode(in), new Zstd());
    bench.run("zstd, Java", zstd, "+zstd", in -> new JavaZstd().decode(in), new JavaZstd());
  }

  private void write(OutputStream out) throws IOException {
    try (out) {
      out.write(tar);
    }
  }

  private void run(
      String name, ByteArrayOutputStream stored, String suffix, Decoder decoder, ZstdDecoder zstd)
      throws Exception {
    byte[] blob = stored.toByteArray();
    var one = layer("application/vnd.oci.image.layer.v1.tar" + suffix, blob);
    double bare = 0;
    double piped = 0;
    double eight = 0;
    for (int round = 0; round < rounds; round++) {
      bare = Math.max(bare, rate(1, () -> drain(decoder.open(new ByteArrayInputStream(blob)))));
      piped = Math.max(piped, rate(1, () -> unpack(1, one, zstd)));
      eight = Math.max(eight, rate(8, () -> unpack(8, one, zstd)));
    }
    System.out.printf(
        Locale.ROOT,
        "%-12s bare %5.0f MB/s, one layer %5.0f MB/s (%.2f), 8 layers %5.0f MB/s (%.2f)%n",
        name,
        bare,
        piped,
        piped / bare,
        eight,
        eight / bare);
  }

  /** Work to be timed. */
  private interface Work {
    void run() throws Exception;
  }

  private double rate(int times, Work work) throws Exception {
    long start = System.nanoTime();
    work.run();
    return times * (tar.length / 1e6) / ((System.nanoTime() - start) / 1e9);
  }

  private static void drain(InputStream in) throws IOException {
    byte[] buffer = new byte[1 << 17];
    try (in) {
      while (in.read(buffer) >= 0) {}
    }
  }

  private void unpack(int layers, Layer layer, ZstdDecoder zstd) {
    try (var sink =
        DirectorySink.create(folder.resolve("tree"), DirectorySink.Rights.OWN, Limits.DEFAULT)) {
      var unpacker = new Unpacker(Unpacker.NO_KEYS, zstd, Limits.DEFAULT, Progress.silent());
      var unused = unpacker.unpack(Collections.nCopies(layers, layer), sink).orThrow();
    }
  }

  private Layer layer(String type, byte[] blob) {
    return new Layer(
        new Descriptor(type, Digest.sha256(blob), blob.length, Map.of()),
        Digest.sha256(tar),
        new Blob() {
          @Override
          public long size() {
            return blob.length;
          }

          @Override
          public InputStream from(long offset) {
            return new ByteArrayInputStream(blob);
          }
        });
  }

  /** Files of 1 KiB to 1 MiB that compress as programs do: pieces of the JDK's own image. */
  private static byte[] tar(int megabytes) throws IOException {
    var out = new ByteArrayOutputStream();
    var random = new Random(1);
    try (var modules =
        new java.io.RandomAccessFile(
            Path.of(System.getProperty("java.home"), "lib", "modules").toFile(), "r")) {
      for (int i = 0; out.size() < megabytes * 1_000_000; i++) {
        byte[] content = new byte[1024 << random.nextInt(11)];
        modules.seek((long) (random.nextDouble() * (modules.length() - content.length)));
        modules.readFully(content);
        out.writeBytes(header("files/" + i, content.length));
        out.writeBytes(content);
      }
    }
    out.writeBytes(new byte[1024]);
    return out.toByteArray();
  }

  private static byte[] header(String name, int size) {
    byte[] block = new byte[512];
    put(block, 0, name);
    put(block, 100, "0000644\0");
    put(block, 124, String.format(Locale.ROOT, "%011o\0", size));
    put(block, 148, "        ");
    block[156] = '0';
    put(block, 257, "ustar\00000");
    int sum = 0;
    for (byte b : block) sum += b & 0xFF;
    put(block, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    return block;
  }

  private static void put(byte[] block, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }
}
