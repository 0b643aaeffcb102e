package dev.theca.image.unpack;

import dev.theca.image.Blob;
import dev.theca.image.Descriptor;
import dev.theca.image.Progress;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Layers from archives in memory. */
final class TestLayers {
  static final String TAR = "application/vnd.oci.image.layer.v1.tar";

  private TestLayers() {}

  static Blob blob(byte[] bytes) {
    return new Blob() {
      @Override
      public long size() {
        return bytes.length;
      }

      @Override
      public InputStream from(long offset) {
        return new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset);
      }
    };
  }

  static Layer plain(byte[] tar) {
    return layer(TAR, tar, tar);
  }

  static Layer gzip(byte[] tar) {
    return layer(TAR + "+gzip", gzipped(tar), tar);
  }

  /** A layer whose blob is stored as told and holds this archive. */
  static Layer layer(String type, byte[] stored, byte[] tar) {
    return new Layer(
        new Descriptor(type, Digest.sha256(stored), stored.length, Map.of()),
        Digest.sha256(tar),
        blob(stored));
  }

  static byte[] gzipped(byte[] plain) {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static byte[] zstd(byte[] plain) {
    var out = new ByteArrayOutputStream();
    try (var zstd = new io.airlift.compress.v3.zstd.ZstdOutputStream(out)) {
      zstd.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static Unpacker unpacker(Limits limits) {
    // some at a time on every machine, one with a single processor too
    return new Unpacker(Unpacker.NO_KEYS, new JavaZstd(), limits, Progress.silent(), 4);
  }

  static Outcome<Unpacked> unpack(MemorySink sink, byte[]... tars) {
    var layers = new ArrayList<Layer>();
    for (byte[] tar : tars) layers.add(gzip(tar));
    return unpacker(Limits.DEFAULT).unpack(layers, sink);
  }

  /** What one archive makes, or the refusal as a text. */
  static String found(Limits limits, byte[] tar) {
    return switch (unpacker(limits).unpack(List.of(plain(tar)), new MemorySink())) {
      case Outcome.Granted<Unpacked> yes -> "granted";
      case Outcome.Refused<Unpacked>(var reasons) ->
          reasons.getFirst().code().id() + ": " + reasons.getFirst().found();
    };
  }
}
