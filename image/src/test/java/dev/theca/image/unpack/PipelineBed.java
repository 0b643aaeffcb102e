package dev.theca.image.unpack;

import dev.theca.kit.TarMaker;
import dev.theca.wire.Outcome;
import java.util.List;

/** Layers of the tests of the pipeline, and what it says of them. */
abstract class PipelineBed {
  static final byte[] TAR = new TarMaker().file("f", "content".repeat(50_000)).end();
  static final byte[] NO_TAR =
      "x".repeat(2048).getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  static String refusal(Unpacker unpacker, Layer... layers) {
    return switch (unpacker.unpack(List.of(layers), new MemorySink())) {
      case Outcome.Granted<Unpacked> yes -> "granted";
      case Outcome.Refused<Unpacked>(var reasons) -> reasons.getFirst().toString();
    };
  }

  static String refusal(Layer... layers) {
    return refusal(TestLayers.unpacker(Limits.DEFAULT), layers);
  }
}
