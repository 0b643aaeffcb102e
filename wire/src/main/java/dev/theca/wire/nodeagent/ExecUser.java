package dev.theca.wire.nodeagent;

import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import java.util.ArrayList;
import java.util.List;

/** Who runs a command that policy allows: the container's own user, as the image resolves it. */
public record ExecUser(int uid, int gid, List<Integer> groups) {
  public ExecUser {
    groups = List.copyOf(groups);
  }

  byte[] encode() {
    var out = new ProtoWriter().varint(1, uid).varint(2, gid);
    Numbers.write(out, 3, groups);
    return out.toBytes();
  }

  static ExecUser decode(byte[] bytes) {
    var in = new ProtoReader(bytes);
    int uid = 0;
    int gid = 0;
    var groups = new ArrayList<Integer>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> uid = in.int32();
        case 2 -> gid = in.int32();
        case 3 -> Numbers.read(in, groups);
        default -> {}
      }
    }
    return new ExecUser(uid, gid, groups);
  }
}
