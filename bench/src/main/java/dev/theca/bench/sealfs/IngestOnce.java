package dev.theca.bench.sealfs;

import dev.theca.agent.VolumeSink;
import dev.theca.image.Blob;
import dev.theca.image.Descriptor;
import dev.theca.image.Progress;
import dev.theca.image.unpack.Layer;
import dev.theca.image.unpack.Unpacker;
import dev.theca.interop.Zstd;
import dev.theca.sealfs.VolumeWriter;
import dev.theca.wire.Digest;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The agent's way of a layer into a base, from an archive in the page cache: both digests, the
 * archive, encryption, and everything on the disk at the end. {@code TAR VOLUME ROUNDS}: prints the
 * milliseconds of each round; the first is that of a fresh process.
 */
final class IngestOnce {
  private static final String TYPE = "application/vnd.oci.image.layer.v1.tar";

  private IngestOnce() {}

  public static void main(String[] args) throws IOException {
    Path tar = Path.of(args[0]);
    Path volume = Path.of(args[1]);
    var hash = Digest.hasher("sha256");
    byte[] piece = new byte[1 << 20];
    try (var in = Files.newInputStream(tar)) {
      for (int n; (n = in.read(piece)) > 0; ) hash.update(piece, 0, n);
    }
    Digest digest = Digest.finish("sha256", hash);
    long size = Files.size(tar);
    var layer =
        new Layer(new Descriptor(TYPE, digest, size, Map.of()), digest, new FileBlob(tar, size));
    for (int round = 0; round < Integer.parseInt(args[2]); round++) {
      long start = System.nanoTime();
      once(layer, volume);
      System.out.println((System.nanoTime() - start) / 1_000_000);
      Files.delete(volume);
    }
  }

  private static void once(Layer layer, Path volume) {
    try (var key = Secret.random(32, new SecureRandom());
        var writer = VolumeWriter.create(volume, UUID.randomUUID(), key)) {
      var unpacker =
          new Unpacker(Unpacker.NO_KEYS, new Zstd(), VolumeSink.LIMITS, Progress.silent());
      var unused = unpacker.unpack(List.of(layer), new VolumeSink(writer)).orThrow();
      var sealed = writer.seal();
      if (sealed.bytes() < layer.descriptor().size() / 2) throw new IllegalStateException();
    }
  }

  private record FileBlob(Path file, long size) implements Blob {
    @Override
    public InputStream from(long offset) throws IOException {
      var in = Files.newInputStream(file);
      in.skipNBytes(offset);
      return in;
    }
  }
}
