package dev.theca.wire.nodeagent;

import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;

/**
 * A mount that the host's configuration has for a container. Where it comes from says nothing to
 * the agent, so it is left out.
 *
 * @param destination path in the container
 * @param type bind, tmpfs, proc, ...
 */
public record MountWish(String destination, String type, boolean readOnly) {
  ProtoWriter encode() {
    return new ProtoWriter().string(1, destination).string(2, type).bool(3, readOnly);
  }

  static MountWish decode(ProtoReader in) {
    String destination = "";
    String type = "";
    boolean readOnly = false;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> destination = in.string();
        case 2 -> type = in.string();
        case 3 -> readOnly = in.bool();
        default -> {}
      }
    }
    return new MountWish(destination, type, readOnly);
  }
}
