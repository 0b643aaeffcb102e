package dev.theca.node.rootfs;

import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * One mount of a container's root file system (containerd.types.Mount): {@code target} is a place
 * below it, mostly empty; options are written as mount(8) writes them.
 */
public record RootfsMount(String type, String source, String target, List<String> options) {
  public RootfsMount {
    options = List.copyOf(options);
  }

  /** Reads one; ProtoException when it is none. */
  public static RootfsMount decode(ProtoReader in) {
    String type = "";
    String source = "";
    String target = "";
    var options = new ArrayList<String>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> type = in.string();
        case 2 -> source = in.string();
        case 3 -> target = in.string();
        case 4 -> options.add(in.string());
        default -> {}
      }
    }
    return new RootfsMount(type, source, target, options);
  }

  /** The message again, as events carry it. */
  public ProtoWriter encode() {
    return new ProtoWriter()
        .string(1, type)
        .string(2, source)
        .string(3, target)
        .strings(4, options);
  }
}
