package dev.theca.image;

import dev.theca.image.tar.TarLimits;
import dev.theca.image.unpack.JavaZstd;
import dev.theca.image.unpack.Layer;
import dev.theca.image.unpack.Limits;
import dev.theca.image.unpack.Unpacker;
import dev.theca.wire.Digest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/** Unpacks a layer of any bytes above a good one, into a sink that knows what a tree can be. */
public final class FuzzUnpack {
  private static final Limits LIMITS =
      Limits.DEFAULT
          .withTar(new TarLimits(4096, 4095, 1 << 16, 255, 1 << 12, 1 << 14, 1 << 24, 64))
          .withTree(5000, 1 << 20, 64, 10)
          .withBytes(1 << 25, 100, 1 << 20, 1 << 20);

  private final Unpacker unpacker =
      new Unpacker(Unpacker.NO_KEYS, new JavaZstd(), LIMITS, Progress.silent());
  private final String suffix;
  private final byte[] below;

  /** {@code suffix} of the media type: nothing, {@code +gzip} or {@code +zstd}. */
  public FuzzUnpack(String suffix, byte[] below) {
    this.suffix = suffix;
    this.below = below;
  }

  public void take(byte[] input) {
    var unused =
        unpacker.unpack(List.of(layer("", below), layer(suffix, input)), new CheckingSink());
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
}
