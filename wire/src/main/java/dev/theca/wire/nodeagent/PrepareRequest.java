package dev.theca.wire.nodeagent;

import dev.theca.wire.proto.ProtoException;
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
 * @param cwd empty = the image's own
 * @param user {@code user[:group]}, names or numbers; empty = the image's own
 * @param groups further groups beside those that the image names for the user
 * @param mounts all mounts in the host's configuration
 */
public record PrepareRequest(
    String containerId,
    String image,
    String digestHint,
    List<String> args,
    List<String> env,
    String cwd,
    String user,
    List<Integer> groups,
    List<MountWish> mounts) {
  private static final int MAX_ITEMS = 4096;

  public PrepareRequest {
    args = List.copyOf(args);
    env = List.copyOf(env);
    groups = List.copyOf(groups);
    mounts = List.copyOf(mounts);
  }

  /** An image, and nothing that is not its own. */
  public static PrepareRequest of(String containerId, String image) {
    return new PrepareRequest(
        containerId, image, "", List.of(), List.of(), "", "", List.of(), List.of());
  }

  /** With other arguments and variables. */
  public PrepareRequest running(List<String> arguments, List<String> variables) {
    return new PrepareRequest(
        containerId, image, digestHint, arguments, variables, cwd, user, groups, mounts);
  }

  /** In another folder, as another user. */
  public PrepareRequest as(String folder, String name, List<Integer> more) {
    return new PrepareRequest(
        containerId, image, digestHint, args, env, folder, name, more, mounts);
  }

  public PrepareRequest mounting(List<MountWish> wishes) {
    return new PrepareRequest(containerId, image, digestHint, args, env, cwd, user, groups, wishes);
  }

  byte[] encode() {
    var out =
        new ProtoWriter()
            .string(1, containerId)
            .string(2, image)
            .string(3, digestHint)
            .strings(4, args)
            .strings(5, env)
            .string(6, cwd)
            .string(7, user);
    Numbers.write(out, 8, groups);
    for (var mount : mounts) out.message(9, mount.encode());
    return out.toBytes();
  }

  static PrepareRequest decode(byte[] bytes) {
    var in = new ProtoReader(bytes);
    String[] texts = {"", "", "", "", "", "", "", ""};
    var args = new ArrayList<String>();
    var env = new ArrayList<String>();
    var groups = new ArrayList<Integer>();
    var mounts = new ArrayList<MountWish>();
    while (in.next()) {
      switch (in.field()) {
        case 1, 2, 3, 6, 7 -> texts[in.field()] = in.string();
        case 4 -> Items.add(args, in.string(), MAX_ITEMS);
        case 5 -> Items.add(env, in.string(), MAX_ITEMS);
        case 8 -> Numbers.read(in, groups);
        case 9 -> {
          if (mounts.size() >= MAX_ITEMS) throw new ProtoException("too many mounts");
          mounts.add(MountWish.decode(in.message()));
        }
        default -> {}
      }
    }
    return new PrepareRequest(
        texts[1], texts[2], texts[3], args, env, texts[6], texts[7], groups, mounts);
  }
}
