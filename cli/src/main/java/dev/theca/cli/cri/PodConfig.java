package dev.theca.cli.cri;

import dev.theca.wire.proto.ProtoWriter;
import java.util.Map;

/**
 * A sandbox as CRI wants it (runtime.v1 PodSandboxConfig), in the host's network namespace or its
 * own.
 */
public record PodConfig(
    String name,
    String uid,
    String namespace,
    String logDirectory,
    boolean hostNetwork,
    String cgroupParent,
    Map<String, String> labels,
    Map<String, String> annotations) {
  /** NamespaceMode of runtime.v1: each container has its own process ids, as kubelet asks. */
  static final int CONTAINER = 1;

  static final int NODE = 2;

  byte[] encode() {
    var options = new ProtoWriter().varint(1, hostNetwork ? NODE : 0).varint(2, CONTAINER);
    var linux =
        new ProtoWriter().string(1, cgroupParent).message(2, new ProtoWriter().message(1, options));
    return new ProtoWriter()
        .message(1, new ProtoWriter().string(1, name).string(2, uid).string(3, namespace))
        .string(2, hostNetwork ? "" : name)
        .string(3, logDirectory)
        .map(6, labels)
        .map(7, annotations)
        .message(8, linux)
        .toBytes();
  }

  boolean sharesHostNetwork() {
    return hostNetwork;
  }
}
