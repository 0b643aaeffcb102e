package dev.theca.kit.stand;

/** The daemon's configuration for plain containers only: nothing of enclaves is needed. */
public final class NodeFile {
  private NodeFile() {}

  public static String text(Stand stand) {
    return """
        run = "%s"
        state = "%s"
        runc = "%s"
        plain_root = "%s"
        socket = "%s"
        content = "%s"
        launcher = "%s"
        """
        .formatted(
            stand.run().resolve("node"),
            stand.root().resolve("node"),
            stand.runc(),
            stand.run().resolve("runc-theca-plain"),
            stand.run().resolve("node.sock"),
            stand.root().resolve("containerd/io.containerd.content.v1.content"),
            stand.run().resolve("bin/containerd-shim-theca-v2"));
  }
}
