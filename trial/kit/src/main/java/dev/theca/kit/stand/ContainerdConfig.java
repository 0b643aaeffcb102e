package dev.theca.kit.stand;

import java.nio.file.Path;

/**
 * The configuration of a private, stock containerd with two handlers: {@code runc}, and {@code
 * theca-plain}. Version 2 files for 1.x, version 3 for 2.x.
 */
record ContainerdConfig(
    Path root, Path run, Path socket, Path runc, Path plainLauncher, String pauseImage) {
  String text(int major) {
    return major >= 2 ? version3() : version2();
  }

  private String common() {
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
        .formatted(root, run.resolve("state"), socket, socket, root);
  }

  /** containerd 1.6 finds the shims by their type's name on its PATH. */
  private String version2() {
    return "version = 2\n"
        + common()
        + """
        [plugins."io.containerd.grpc.v1.cri"]
          sandbox_image = "%s"
          restrict_oom_score_adj = true
          disable_apparmor = true
          stream_server_address = "127.0.0.1"
          stream_server_port = "0"
          [plugins."io.containerd.grpc.v1.cri".cni]
            bin_dir = "/usr/lib/cni"
            conf_dir = "%s/cni"
          [plugins."io.containerd.grpc.v1.cri".containerd]
            default_runtime_name = "runc"
        """
            .formatted(pauseImage, run)
        + handler2("runc", "io.containerd.runc.v2")
        + handler2("theca-plain", "io.containerd.theca-plain.v2");
  }

  private String handler2(String name, String type) {
    return """
        [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.%s]
          runtime_type = "%s"
          [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.%s.options]
            BinaryName = "%s"
            Root = "%s"
            SystemdCgroup = %s
        """
        .formatted(name, type, name, runc, run.resolve("runc-" + name), Stand.SYSTEMD);
  }

  private String version3() {
    return "version = 3\n"
        + common()
        + """
        [plugins."io.containerd.cri.v1.images".pinned_images]
          sandbox = "%s"
        [plugins."io.containerd.grpc.v1.cri"]
          stream_server_address = "127.0.0.1"
          stream_server_port = "0"
        [plugins."io.containerd.cri.v1.runtime"]
          restrict_oom_score_adj = true
          disable_apparmor = true
          [plugins."io.containerd.cri.v1.runtime".cni]
            bin_dirs = ["/usr/lib/cni"]
            conf_dir = "%s/cni"
          [plugins."io.containerd.cri.v1.runtime".containerd]
            default_runtime_name = "runc"
        """
            .formatted(pauseImage, run)
        + handler3("runc", "")
        + handler3("theca-plain", "runtime_path = \"" + plainLauncher + "\"");
  }

  private String handler3(String name, String path) {
    return """
        [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.%s]
          runtime_type = "io.containerd.runc.v2"
          %s
          [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.%s.options]
            BinaryName = "%s"
            Root = "%s"
            SystemdCgroup = %s
        """
        .formatted(name, path, name, runc, run.resolve("runc-" + name), Stand.SYSTEMD);
  }
}
