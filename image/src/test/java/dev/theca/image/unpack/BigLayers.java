package dev.theca.image.unpack;

import dev.theca.image.Blob;
import dev.theca.image.Descriptor;
import dev.theca.image.Progress;
import dev.theca.kit.TarHeader;
import dev.theca.kit.TarMaker;
import dev.theca.wire.Digest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Unpacks layers that exist nowhere: the main class of a process with little memory. */
final class BigLayers {
  private static final int CHUNK = 1 << 20;
  private static final int SMALL_FILES = 2_000;

  private BigLayers() {}

  /** Arguments: layers, megabytes of each, gzip or zstd. */
  public static void main(String[] args) {
    int count = Integer.parseInt(args[0]);
    int megabytes = Integer.parseInt(args[1]);
    var layers = new ArrayList<Layer>();
    for (int i = 0; i < count; i++) layers.add(layer(i, megabytes, args[2].equals("zstd")));
    var bytes = new AtomicLong();
    var unpacker =
        new Unpacker(Unpacker.NO_KEYS, new JavaZstd(), Limits.DEFAULT, Progress.silent());
    var done = unpacker.unpack(layers, new CountingSink(bytes)).orThrow();
    System.out.println("unpacked " + bytes + " bytes of " + done.files() + " files");
  }

  /** One large file and many small ones; parts are compressed once and come many times. */
  private static Layer layer(int index, int megabytes, boolean zstd) {
    byte[] chunk = text(index);
    var plain = new ArrayList<byte[]>();
    long size = (long) megabytes * CHUNK;
    plain.add(TarHeader.of('0', "big-" + index).size(size).bytes());
    plain.addAll(Collections.nCopies(megabytes, chunk));
    var small = new TarMaker();
    for (int i = 0; i < SMALL_FILES; i++) small.file("d" + index + "/" + i, "content " + i);
    plain.add(small.end());
    var stored = new ArrayList<byte[]>();
    byte[] whole = packed(chunk, zstd);
    for (byte[] part : plain) stored.add(part == chunk ? whole : packed(part, zstd));
    long bytes = stored.stream().mapToLong(part -> part.length).sum();
    return new Layer(
        new Descriptor(
            TestLayers.TAR + (zstd ? "+zstd" : "+gzip"), digest(stored), bytes, Map.of()),
        digest(plain),
        new Blob() {
          @Override
          public long size() {
            return bytes;
          }

          @Override
          public InputStream from(long offset) {
            return new SequenceInputStream(
                Collections.enumeration(stored.stream().map(ByteArrayInputStream::new).toList()));
          }
        });
  }

  private static byte[] packed(byte[] part, boolean zstd) {
    return zstd ? TestLayers.zstd(part) : TestLayers.gzipped(part);
  }

  private static Digest digest(List<byte[]> parts) {
    var hash = Digest.hasher("sha256");
    parts.forEach(hash::update);
    return Digest.finish("sha256", hash);
  }

  /** What compresses about as well as programs do. */
  private static byte[] text(int seed) {
    var random = new Random(seed);
    byte[] bytes = new byte[CHUNK];
    byte[] word = new byte[64];
    for (int at = 0; at < CHUNK; at += word.length) {
      if (random.nextInt(3) > 0) random.nextBytes(word);
      System.arraycopy(word, 0, bytes, at, word.length);
      for (int i = 0; i < 24; i++) bytes[at + i] &= 15;
    }
    return bytes;
  }

  /** Counts, and keeps nothing. */
  private record CountingSink(AtomicLong bytes) implements TreeSink {
    private static final AtomicLong NEXT = new AtomicLong(2);

    @Override
    public long root() {
      return 1;
    }

    @Override
    public long file(Attributes attributes) {
      return NEXT.getAndIncrement();
    }

    @Override
    public void data(long file, long offset, byte[] data, int from, int length) {
      bytes.addAndGet(length);
    }

    @Override
    public void end(long file, long size) {}

    @Override
    public void attach(long file, long parent, byte[] name) {}

    @Override
    public long directory(long parent, byte[] name, Attributes attributes) {
      return NEXT.getAndIncrement();
    }

    @Override
    public void attributes(long directory, Attributes attributes) {}

    @Override
    public void symlink(long parent, byte[] name, byte[] target, Attributes attributes) {}

    @Override
    public void special(
        long parent, byte[] name, Special kind, int major, int minor, Attributes attributes) {}

    @Override
    public void link(long fromParent, byte[] fromName, long parent, byte[] name) {}

    @Override
    public void unlink(long parent, byte[] name) {}

    @Override
    public void rmdir(long parent, byte[] name, long directory) {}
  }
}
