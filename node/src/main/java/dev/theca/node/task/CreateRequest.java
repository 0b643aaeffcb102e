package dev.theca.node.task;

import dev.theca.node.io.Stdio;
import dev.theca.node.rootfs.RootfsMount;
import dev.theca.node.runc.RuncOptions;
import dev.theca.wire.proto.ProtoReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** CreateTaskRequest. */
record CreateRequest(
    String id,
    Path bundle,
    List<RootfsMount> rootfs,
    Stdio stdio,
    boolean fromCheckpoint,
    RuncOptions options) {
  static CreateRequest read(byte[] payload) {
    var in = new ProtoReader(payload);
    String[] texts = {"", "", "", "", "", "", "", "", ""};
    var rootfs = new ArrayList<RootfsMount>();
    var options = RuncOptions.NONE;
    boolean terminal = false;
    while (in.next()) {
      switch (in.field()) {
        case 1, 2, 5, 6, 7, 8 -> texts[in.field()] = in.string();
        case 3 -> rootfs.add(RootfsMount.decode(in.message()));
        case 4 -> terminal = in.bool();
        case 10 -> options = RuncOptions.read(in.message());
        default -> {}
      }
    }
    return new CreateRequest(
        texts[1],
        Path.of(texts[2]),
        List.copyOf(rootfs),
        new Stdio(texts[5], texts[6], texts[7], terminal),
        !texts[8].isEmpty(),
        options);
  }
}
