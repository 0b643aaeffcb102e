package dev.theca.node.pod;

import dev.theca.node.rootfs.RootfsMount;
import dev.theca.node.runc.RuncOptions;
import java.nio.file.Path;
import java.util.List;

/** What containerd wants to be created: the bundle's configuration is read already. */
public record BodyRequest(
    String namespace,
    String id,
    Path bundle,
    Spec spec,
    List<RootfsMount> rootfs,
    RuncOptions options) {
  public BodyRequest {
    rootfs = List.copyOf(rootfs);
  }
}
