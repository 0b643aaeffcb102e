package dev.theca.node.install;

import dev.theca.node.install.toml.TomlEdit;
import dev.theca.node.install.toml.TomlFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The files beside containerd's configuration: programs, the daemon's configuration, the unit. */
final class Payload {
  private final Site site;

  Payload(Site site) {
    this.site = site;
  }

  /** In the order in which they are needed; a configuration that is there already stays. */
  List<Planned> files(TomlFile dump, Optional<FileState> node) throws IOException {
    var files = new ArrayList<Planned>();
    byte[] launcher = Files.readAllBytes(site.programs().resolve(Site.LAUNCHER));
    files.add(whole(site.launcher(), launcher, 0755));
    files.add(whole(site.plain(), launcher, 0755));
    files.add(whole(site.pause(), Files.readAllBytes(site.programs().resolve("pause")), 0755));
    byte[] settings = settings(dump).getBytes(StandardCharsets.UTF_8);
    if (node.isEmpty()) files.add(whole(site.node(), settings, 0644));
    if (site.unit().isPresent())
      files.add(whole(site.unit().get(), unit().getBytes(StandardCharsets.UTF_8), 0644));
    return files;
  }

  private static Planned whole(Path file, byte[] content, int mode) {
    return new Planned(file, FileState.ours(content, mode), List.of());
  }

  private String settings(TomlFile dump) {
    Path share = site.payload().resolve("share");
    String root = dump.string(List.of("root")).orElse("/var/lib/containerd");
    var text = new StringBuilder("# The node daemon; written by 'theca node install'.\n");
    key(text, "run", site.run());
    key(text, "state", site.state());
    key(text, "runc", site.runc());
    key(text, "runc_root", site.run().resolve("runc"));
    key(text, "plain_root", site.run().resolve("plain"));
    key(text, "launcher", site.launcher());
    key(text, "pause", site.pause());
    key(text, "content", Path.of(root, "io.containerd.content.v1.content"));
    text.append("# The platform, and the enclaves of agents and workloads");
    boolean here = Files.isDirectory(share.resolve("agent"));
    text.append(here ? ".\n" : "; without them only the handler theca-plain is served.\n");
    enclaves(text, share, here ? "" : "# ");
    return text.toString();
  }

  private void enclaves(StringBuilder text, Path share, String mark) {
    key(text, mark + "simulator_socket", site.run().resolve("sim.sock"));
    key(text, mark + "agent_bundle", share.resolve("agent"));
    key(text, mark + "app_bundle", share.resolve("app"));
    key(text, mark + "init_data", site.node().resolveSibling("init-data.toml"));
  }

  private static void key(StringBuilder text, String name, Path value) {
    text.append(name + " = " + TomlEdit.quoted(value.toString()) + "\n");
  }

  private String unit() throws IOException {
    try (var in = Payload.class.getResourceAsStream("theca-node.service")) {
      if (in == null) throw new IOException("the unit is missing in this build");
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("/opt/theca/theca", site.command().toString())
          .replace("/etc/theca/node.toml", site.node().toString());
    }
  }
}
