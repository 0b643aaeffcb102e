package dev.theca.node.install;

import dev.theca.node.install.toml.TomlFile;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Whether containerd's reading of a new configuration is the old one and ours, and nothing else: no
 * setting of anybody's lost, both handlers and the snapshotter there.
 */
final class Judgement {
  private final Site site;
  private final boolean newNames;
  private final String shim;

  Judgement(Site site, Containerd containerd) {
    this.site = site;
    this.newNames = containerd.mergesImports();
    this.shim = containerd.takesShimPath() ? "runtime_path" : "runtime_type";
  }

  Outcome<TomlFile> of(TomlFile before, TomlFile after, List<List<String>> changed) {
    var reasons = new ArrayList<Refusal>();
    var values = after.values();
    before
        .values()
        .forEach(
            (path, raw) -> {
              boolean meant = path.getFirst().equals("imports") || changed.contains(path);
              if (meant || under(path, Stanzas.UNPACK)) return;
              if (!raw.equals(values.get(path)))
                reasons.add(
                    lost(path, raw, Objects.requireNonNullElse(values.get(path), "nothing")));
            });
    var gone = new TreeSet<>(unpacked(before));
    gone.removeAll(unpacked(after));
    for (String entry : gone) reasons.add(lost(Stanzas.UNPACK, entry, "nothing"));
    var containerd = newNames ? Stanzas.RUNTIME : Stanzas.CRI;
    want(after, site.launcher().toString(), reasons, containerd, "runtimes", "theca", shim);
    want(after, site.plain().toString(), reasons, containerd, "runtimes", "theca-plain", shim);
    want(
        after,
        site.snapshotSocket().toString(),
        reasons,
        List.of("proxy_plugins"),
        "theca",
        "address");
    if (newNames) {
      want(after, "theca", reasons, Stanzas.IMAGES, "runtime_platforms", "theca", "snapshotter");
      if (unpacked(after).stream().noneMatch(e -> e.endsWith(" theca")))
        reasons.add(missing(Stanzas.UNPACK, "an entry for theca", "none"));
    }
    return reasons.isEmpty() ? Outcome.granted(after) : Outcome.refused(reasons);
  }

  private static void want(
      TomlFile after, String value, List<Refusal> reasons, List<String> start, String... more) {
    var path = Stanzas.path(start, more);
    Optional<String> found = after.string(path);
    if (!found.equals(Optional.of(value)))
      reasons.add(missing(path, value, found.orElse("nothing")));
  }

  private static Refusal missing(List<String> path, String expected, String found) {
    return new Refusal(
        Code.of("settings-not-in-force"),
        String.join(".", path),
        expected,
        found,
        "look for another file of imports that sets it; nothing was changed");
  }

  private static Refusal lost(List<String> path, String before, String after) {
    return new Refusal(
        Code.of("settings-lost"),
        String.join(".", path),
        "still " + before,
        after,
        "nothing was changed; name this in a report, or write the tables by hand");
  }

  private static TreeSet<String> unpacked(TomlFile dump) {
    var entries = new TreeSet<String>();
    for (int i = 0; ; i++) {
      var entry = Stanzas.path(Stanzas.UNPACK, "[" + i + "]");
      if (!dump.hasTable(entry)) return entries;
      entries.add(
          dump.string(Stanzas.path(entry, "platform")).orElse("")
              + " "
              + dump.string(Stanzas.path(entry, "snapshotter")).orElse(""));
    }
  }

  private static boolean under(List<String> path, List<String> start) {
    return path.size() >= start.size() && path.subList(0, start.size()).equals(start);
  }
}
