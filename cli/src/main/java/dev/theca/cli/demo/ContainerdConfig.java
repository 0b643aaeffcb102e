package dev.theca.cli.demo;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** The configuration of a private, stock containerd: version 2 files for 1.x, version 3 for 2.x. */
final class ContainerdConfig {
  private static final Pattern VERSION = Pattern.compile("\\bv?(\\d+)\\.(\\d+)\\.(\\d+)");

  private ContainerdConfig() {}

  /** The major version that {@code containerd --version} prints. */
  static int major(String printed) {
    var matcher = VERSION.matcher(printed.substring(printed.indexOf(' ') + 1));
    if (!matcher.find())
      throw new IllegalStateException("containerd does not say its version: " + printed);
    return Integer.parseInt(matcher.group(1));
  }

  static String text(int major, Layout layout, Path launcher, Path runc, String pauseImage) {
    return major >= 2
        ? version3(layout, launcher, runc, pauseImage)
        : version2(layout, runc, pauseImage);
  }

  private static String common(Layout layout) {
    return """
        root = "%s"
        state = "%s"
        [grpc]
          address = "%s"
        [ttrpc]
          address = "%s.ttrpc"
        [plugins."io.containerd.internal.v1.opt"]
          path = "%s/opt"
        """
        .formatted(
            layout.containerdRoot(),
            layout.run().resolve("containerd"),
            layout.containerdSocket(),
            layout.containerdSocket(),
            layout.containerdRoot());
  }

  /**
   * Containerd 1.6 takes the shim's path from its type alone: the launcher is found on containerd's
   * PATH.
   */
  private static String version2(Layout layout, Path runc, String pauseImage) {
    return "version = 2\n"
        + common(layout)
        + """
        [proxy_plugins.theca]
          type = "snapshot"
          address = "%s"
        [plugins."io.containerd.grpc.v1.cri"]
          sandbox_image = "%s"
          restrict_oom_score_adj = true
          disable_apparmor = true
          stream_server_address = "127.0.0.1"
          stream_server_port = "0"
          [plugins."io.containerd.grpc.v1.cri".registry]
            config_path = "%s/certs.d"
          [plugins."io.containerd.grpc.v1.cri".cni]
            bin_dir = "%s/cni-bin"
            conf_dir = "%s/cni"
          [plugins."io.containerd.grpc.v1.cri".containerd]
            snapshotter = "theca"
            disable_snapshot_annotations = false
            default_runtime_name = "runc"
            [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
              runtime_type = "io.containerd.runc.v2"
              [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
                BinaryName = "%s"
                Root = "%s"
            [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.theca]
              runtime_type = "io.containerd.theca.v2"
              pod_annotations = ["io.theca.*"]
              [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.theca.options]
                BinaryName = "%s"
                Root = "%s"
        """
            .formatted(
                layout.snapshotSocket(),
                pauseImage,
                layout.config(),
                layout.config(),
                layout.config(),
                runc,
                layout.run().resolve("runc-plain"),
                runc,
                layout.run().resolve("runc"));
  }

  private static String version3(Layout layout, Path launcher, Path runc, String pauseImage) {
    return "version = 3\n"
        + common(layout)
        + """
        [proxy_plugins.theca]
          type = "snapshot"
          address = "%s"
          [proxy_plugins.theca.exports]
            root = "%s"
            enable_remote_snapshot_annotations = "true"
        [[plugins."io.containerd.transfer.v1.local".unpack_config]]
          platform = "linux/amd64"
          snapshotter = "overlayfs"
        [[plugins."io.containerd.transfer.v1.local".unpack_config]]
          platform = "linux/amd64"
          snapshotter = "theca"
        [plugins."io.containerd.cri.v1.images".runtime_platforms.theca]
          platform = "linux/amd64"
          snapshotter = "theca"
        [plugins."io.containerd.cri.v1.images".pinned_images]
          sandbox = "%s"
        [plugins."io.containerd.cri.v1.images".registry]
          config_path = "%s/certs.d"
        [plugins."io.containerd.grpc.v1.cri"]
          stream_server_address = "127.0.0.1"
          stream_server_port = "0"
        [plugins."io.containerd.cri.v1.runtime"]
          restrict_oom_score_adj = true
          disable_apparmor = true
          [plugins."io.containerd.cri.v1.runtime".cni]
            bin_dirs = ["%s/cni-bin"]
            conf_dir = "%s/cni"
          [plugins."io.containerd.cri.v1.runtime".containerd]
            default_runtime_name = "runc"
            [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
              runtime_type = "io.containerd.runc.v2"
              [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
                BinaryName = "%s"
                Root = "%s"
            [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.theca]
              runtime_type = "io.containerd.runc.v2"
              runtime_path = "%s"
              snapshotter = "theca"
              pod_annotations = ["io.theca.*"]
              [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.theca.options]
                BinaryName = "%s"
                Root = "%s"
        """
            .formatted(
                layout.snapshotSocket(),
                layout.state().resolve("node/snapshots"),
                pauseImage,
                layout.config(),
                layout.config(),
                layout.config(),
                runc,
                layout.run().resolve("runc-plain"),
                launcher,
                runc,
                layout.run().resolve("runc"));
  }
}
