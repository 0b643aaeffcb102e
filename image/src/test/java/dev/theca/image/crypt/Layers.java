package dev.theca.image.crypt;

import dev.theca.image.Descriptor;
import dev.theca.image.spi.KeyUnwrap;
import dev.theca.image.spi.KeyWrap;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Seals and opens layers that fit into memory. */
final class Layers {
  static final String GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";

  record Layer(Descriptor descriptor, byte[] bytes) {
    Layer with(String annotation, String text) {
      Map<String, String> all = new TreeMap<>(descriptor.annotations());
      all.put(annotation, text);
      return new Layer(descriptor.with(descriptor.mediaType(), all), bytes);
    }

    Layer with(Descriptor other) {
      return new Layer(other, bytes);
    }
  }

  private Layers() {}

  static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  static Layer seal(byte[] plain, KeyWrap... recipients) {
    byte[] bytes = plain.clone();
    try (var sealing = new LayerSealer(List.of(recipients)).begin(GZIP).orThrow()) {
      for (int at = 0, step = 1; at < bytes.length; at += step, step = step * 3 + 1) {
        step = Math.min(step, bytes.length - at);
        sealing.update(bytes, at, step);
      }
      var sealed = sealing.finish().orThrow();
      if (!sealed.plaintext().equals(Digest.sha256(plain))) throw new AssertionError("digest");
      return new Layer(sealed.descriptor(), bytes);
    }
  }

  static Outcome<byte[]> open(Layer layer, KeyUnwrap... keys) {
    return new OcicryptOpener(List.of(keys))
        .open(layer.descriptor())
        .then(
            open -> {
              byte[] bytes = layer.bytes().clone();
              try (open) {
                for (int at = 0; at < bytes.length; at += 1000)
                  open.update(bytes, at, Math.min(1000, bytes.length - at));
                return open.finish().map(done -> bytes);
              }
            });
  }

  static List<String> codes(Outcome<?> outcome) {
    return reasons(outcome).stream().map(r -> r.code().id()).distinct().toList();
  }

  static List<Refusal> reasons(Outcome<?> outcome) {
    return switch (outcome) {
      case Outcome.Refused<?>(var reasons) -> reasons;
      case Outcome.Granted<?>(var value) ->
          throw new AssertionError(
              "granted: " + (value instanceof byte[] b ? Arrays.toString(b) : value));
    };
  }
}
