package dev.theca.wire.nodeagent;

import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;

/**
 * How far the preparation of a container is.
 *
 * @param stage attest, policy, pull, seal or secrets; empty when nothing is being prepared
 * @param doneBytes of the layers that have begun, as they lie in the registry
 * @param allBytes size of these layers; it grows as more of them begin
 * @param beat moves whenever anything moves
 */
public record Watched(String stage, long doneBytes, long allBytes, long beat) {
  public static final Watched NOTHING = new Watched("", 0, 0, 0);

  byte[] encode() {
    return new ProtoWriter()
        .string(1, stage)
        .varint(2, doneBytes)
        .varint(3, allBytes)
        .varint(4, beat)
        .toBytes();
  }

  static Watched decode(byte[] bytes) {
    var in = new ProtoReader(bytes);
    String stage = "";
    long[] numbers = new long[5];
    while (in.next()) {
      switch (in.field()) {
        case 1 -> stage = in.string();
        case 2, 3, 4 -> numbers[in.field()] = in.varint();
        default -> {}
      }
    }
    return new Watched(stage, numbers[2], numbers[3], numbers[4]);
  }

  /** For people: the stage, and bytes where there are some. */
  @Override
  public String toString() {
    if (stage.isEmpty()) return "before its first stage";
    return allBytes == 0
        ? "in stage " + stage
        : "in stage " + stage + " at " + doneBytes + " of " + allBytes + " bytes";
  }
}
