package dev.theca.wire.nodeagent;

import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * What the host says about a container that it wants to run. All of it is a wish: the agent's
 * policy decides what becomes true.
 *
 * @param digestHint the manifest digest that the host saw, or empty
 * @param args the arguments in the host's configuration; empty = the image's own
 * @param env {@code NAME=value} in the host's configuration
 */
public record PrepareRequest(
    String containerId,
    String image,
    String digestHint,
    List<String> args,
    List<String> env,
    String cwd,
    String user) {
  private static final int MAX_ITEMS = 4096;

  public PrepareRequest {
    args = List.copyOf(args);
    env = List.copyOf(env);
  }

  byte[] encode() {
    return new ProtoWriter()
        .string(1, containerId)
        .string(2, image)
        .string(3, digestHint)
        .strings(4, args)
        .strings(5, env)
        .string(6, cwd)
        .string(7, user)
        .toBytes();
  }

  static PrepareRequest decode(byte[] bytes) {
    var in = new ProtoReader(bytes);
    String[] texts = {"", "", "", "", "", "", "", ""};
    var args = new ArrayList<String>();
    var env = new ArrayList<String>();
    while (in.next()) {
      switch (in.field()) {
        case 1, 2, 3, 6, 7 -> texts[in.field()] = in.string();
        case 4 -> Items.add(args, in.string(), MAX_ITEMS);
        case 5 -> Items.add(env, in.string(), MAX_ITEMS);
        default -> {}
      }
    }
    return new PrepareRequest(texts[1], texts[2], texts[3], args, env, texts[6], texts[7]);
  }
}
