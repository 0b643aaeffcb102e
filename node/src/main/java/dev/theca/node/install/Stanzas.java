package dev.theca.node.install;

import dev.theca.node.install.toml.TomlEdit;
import dev.theca.node.install.toml.TomlFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tables of ours in containerd's configuration. Three shapes: version 3 (containerd 2.x);
 * version 2 read by 2.x, whose migration carries runtimes over but not the choice of a snapshotter
 * for a pull, so that part is written in the new names; version 2 read by 1.x.
 */
final class Stanzas {
  static final String FIRST =
      "# Written by 'theca node install'; 'theca node uninstall' removes it.";
  static final String LAST = "# End of what 'theca node install' wrote.";
  static final List<String> CRI = List.of("plugins", "io.containerd.grpc.v1.cri", "containerd");
  static final List<String> RUNTIME =
      List.of("plugins", "io.containerd.cri.v1.runtime", "containerd");
  static final List<String> IMAGES = List.of("plugins", "io.containerd.cri.v1.images");
  static final List<String> UNPACK =
      List.of("plugins", "io.containerd.transfer.v1.local", "unpack_config");
  private static final String NAME = "theca";

  private final Site site;
  private final boolean systemd;
  private final StringBuilder text = new StringBuilder();
  private final List<List<String>> tables = new ArrayList<>();

  Stanzas(Site site, boolean systemd) {
    this.site = site;
    this.systemd = systemd;
  }

  String text() {
    return text.toString();
  }

  /** The tables by their paths, those within others left out. */
  List<List<String>> tables() {
    return tables.stream()
        .filter(
            one ->
                tables.stream()
                    .noneMatch(
                        other ->
                            other.size() < one.size()
                                && one.subList(0, other.size()).equals(other)))
        .toList();
  }

  static List<String> path(List<String> start, String... more) {
    var path = new ArrayList<>(start);
    path.addAll(List.of(more));
    return List.copyOf(path);
  }

  Stanzas proxy(boolean exports) {
    var keys = new LinkedHashMap<String, String>();
    keys.put("type", TomlEdit.quoted("snapshot"));
    keys.put("address", TomlEdit.quoted(site.snapshotSocket().toString()));
    if (exports) keys.put("capabilities", "[\"remap-ids\"]");
    table(List.of("proxy_plugins", NAME), keys);
    if (exports)
      table(
          List.of("proxy_plugins", NAME, "exports"),
          Map.of(
              "root", TomlEdit.quoted(site.state().resolve("snapshots").toString()),
              "enable_remote_snapshot_annotations", TomlEdit.quoted("true")));
    return this;
  }

  /**
   * Where pulled layers are unpacked to. A list of ours takes the place of any other, the built-in
   * one too, so what is in force is said again.
   */
  Stanzas unpack(String platform, TomlFile inForce) {
    int there = 0;
    for (var entry = path(UNPACK, "[0]");
        inForce.hasTable(entry);
        entry = path(UNPACK, "[" + there + "]")) {
      text.append("[" + TomlEdit.header(UNPACK) + "]\n");
      for (var value : inForce.values().entrySet())
        if (value.getKey().size() == entry.size() + 1
            && value.getKey().subList(0, entry.size()).equals(entry))
          text.append("  " + value.getKey().getLast() + " = " + value.getValue() + "\n");
      there++;
    }
    if (there == 0) unpackTo(platform, "overlayfs");
    unpackTo(platform, NAME);
    var pull = new LinkedHashMap<String, String>();
    pull.put("platform", TomlEdit.quoted(platform));
    pull.put("snapshotter", TomlEdit.quoted(NAME));
    table(path(IMAGES, "runtime_platforms", NAME), pull);
    return this;
  }

  private void unpackTo(String platform, String snapshotter) {
    text.append("[" + TomlEdit.header(UNPACK) + "]\n");
    text.append("  platform = " + TomlEdit.quoted(platform) + "\n");
    text.append("  snapshotter = " + TomlEdit.quoted(snapshotter) + "\n");
  }

  /**
   * Both handlers.
   *
   * @param byPath whether a handler can name its shim's path, and a snapshotter of its own. CRI of
   *     1.6 reads the path and ignores it: a pod would run under the stock shim, in clear. There
   *     the type itself is the path.
   */
  Stanzas handlers(List<String> containerd, boolean byPath) {
    var one = shim(site.launcher(), byPath);
    if (byPath) one.put("snapshotter", TomlEdit.quoted(NAME));
    one.put("pod_annotations", "[\"io.theca.*\"]");
    one.put("container_annotations", "[\"io.theca.*\"]");
    handler(path(containerd, "runtimes", NAME), one);
    handler(path(containerd, "runtimes", "theca-plain"), shim(site.plain(), byPath));
    return this;
  }

  private static Map<String, String> shim(Path launcher, boolean byPath) {
    var keys = new LinkedHashMap<String, String>();
    String path = TomlEdit.quoted(launcher.toString());
    keys.put("runtime_type", byPath ? TomlEdit.quoted("io.containerd.runc.v2") : path);
    if (byPath) keys.put("runtime_path", path);
    return keys;
  }

  private void handler(List<String> path, Map<String, String> keys) {
    table(path, keys);
    var options = new LinkedHashMap<String, String>();
    options.put("BinaryName", TomlEdit.quoted(site.runc().toString()));
    options.put("SystemdCgroup", String.valueOf(systemd));
    table(path(path, "options"), options);
  }

  /** A table as it is; for what containerd would have had by default. */
  Stanzas table(List<String> path, Map<String, String> keys) {
    tables.add(path);
    text.append(TomlEdit.header(path)).append('\n');
    keys.forEach((key, raw) -> text.append("  " + key + " = " + raw + "\n"));
    return this;
  }
}
