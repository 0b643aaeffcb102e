package dev.theca.wire.nodeagent;

import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;

/**
 * An image that the agent has verified, decrypted and sealed into the container's volume.
 *
 * @param manifestDigest what was pulled
 * @param stages milliseconds by stage, a JSON object
 */
public record Prepared(String manifestDigest, String stages) {
  byte[] encode() {
    return new ProtoWriter().string(1, manifestDigest).string(3, stages).toBytes();
  }

  static Prepared decode(byte[] bytes) {
    var in = new ProtoReader(bytes);
    String digest = "";
    String stages = "";
    while (in.next()) {
      if (in.field() == 1) digest = in.string();
      if (in.field() == 3) stages = in.string();
    }
    return new Prepared(digest, stages);
  }
}
