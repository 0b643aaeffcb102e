package dev.theca.wire.nodeagent;

import dev.theca.wire.proto.ProtoException;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import java.util.ArrayList;
import java.util.List;

/** Who runs a command that policy allows: the container's own user, as the image resolves it. */
public record ExecUser(int uid, int gid, List<Integer> groups) {
  private static final int MAX_GROUPS = 256;

  public ExecUser {
    groups = List.copyOf(groups);
  }

  byte[] encode() {
    var out = new ProtoWriter().varint(1, uid).varint(2, gid);
    for (int group : groups) out.message(3, new ProtoWriter().varint(1, group));
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
        case 3 -> {
          if (groups.size() >= MAX_GROUPS) throw new ProtoException("too many groups");
          var group = in.message();
          int number = 0;
          while (group.next()) if (group.field() == 1) number = group.int32();
          groups.add(number);
        }
        default -> {}
      }
    }
    return new ExecUser(uid, gid, groups);
  }
}
