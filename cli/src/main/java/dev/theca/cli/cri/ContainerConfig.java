package dev.theca.cli.cri;

import dev.theca.wire.proto.ProtoWriter;
import java.util.List;
import java.util.Map;

/**
 * A container as CRI wants it (runtime.v1 ContainerConfig); empty command and args mean the image's
 * own.
 */
public record ContainerConfig(
    String name,
    String image,
    List<String> command,
    List<String> args,
    Map<String, String> env,
    String logPath) {
  byte[] encode(boolean hostNetwork) {
    var out =
        new ProtoWriter()
            .message(1, new ProtoWriter().string(1, name))
            .message(2, new ProtoWriter().string(1, image))
            .strings(3, command)
            .strings(4, args);
    env.forEach((key, value) -> out.message(6, new ProtoWriter().string(1, key).string(2, value)));
    var options =
        new ProtoWriter()
            .varint(1, hostNetwork ? PodConfig.NODE : 0)
            .varint(2, PodConfig.CONTAINER);
    var security = new ProtoWriter().message(3, options);
    return out.string(11, logPath).message(15, new ProtoWriter().message(2, security)).toBytes();
  }
}
