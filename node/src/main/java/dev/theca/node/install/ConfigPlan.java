package dev.theca.node.install;

import dev.theca.node.install.toml.TomlEdit;
import dev.theca.node.install.toml.TomlFile;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What becomes of containerd's configuration: a drop-in file and a line of imports for 2.x, tables
 * within the file for 1.x, where an imported file would wipe the settings of every other runtime.
 */
final class ConfigPlan {
  private static final List<String> IMPORTS = List.of("imports");
  private static final List<String> VERSION = List.of("version");

  private final Site site;
  private final Containerd containerd;
  private final TomlFile file;
  private final Optional<FileState> original;
  private final TomlFile dump;

  /** For a file as it was before us, and what containerd makes of it. */
  ConfigPlan(
      Site site,
      Containerd containerd,
      TomlFile file,
      Optional<FileState> original,
      TomlFile dump) {
    this.site = site;
    this.containerd = containerd;
    this.file = file;
    this.original = original;
    this.dump = dump;
  }

  Outcome<List<Planned>> files() {
    if (site.config().toString().contains("/rancher/"))
      return Outcome.refused(
          Code.of("config-generated"),
          "configuration " + site.config(),
          "a file that stays as it is",
          "one that its distribution writes at each start",
          "put the tables into its template, config.toml.tmpl beside it");
    String version = file.raw(VERSION).orElse("");
    boolean empty = file.pairs().isEmpty() && file.headers().isEmpty();
    if (containerd.mergesImports()) {
      if (empty) return dropIn(3, true);
      if (version.equals("3") || version.equals("2"))
        return dropIn(Integer.parseInt(version), false);
    } else if (empty || version.equals("2")) {
      return within(empty);
    }
    return Outcome.refused(
        Code.of("containerd-config"),
        "version of " + site.config(),
        containerd.mergesImports() ? "3 or 2" : "2",
        version.isEmpty() ? "not named" : version,
        "let containerd write it anew: containerd config migrate");
  }

  /** Keys whose values change on purpose. */
  List<List<String>> changed() {
    if (containerd.mergesImports()) return List.of();
    var annotations = Stanzas.path(Stanzas.CRI, "disable_snapshot_annotations");
    return nodeWide()
        ? List.of(annotations, Stanzas.path(Stanzas.CRI, "snapshotter"))
        : List.of(annotations);
  }

  /** Containerd 1.6 has one snapshotter for all its runtimes. */
  private boolean nodeWide() {
    return !containerd.takesShimPath();
  }

  private Outcome<List<Planned>> dropIn(int version, boolean make) {
    var stanzas = new Stanzas(site, systemdCgroup()).proxy(true);
    stanzas.unpack(platform(), dump);
    stanzas.handlers(version == 3 ? Stanzas.RUNTIME : Stanzas.CRI, true);
    String text = Stanzas.FIRST + "\nversion = " + version + "\n" + stanzas.text();
    var pieces = new ArrayList<Piece>();
    stanzas.tables().forEach(path -> pieces.add(new Piece.Table(path)));
    pieces.add(new Piece.Table(Stanzas.UNPACK));
    var one = new Planned(site.dropIn(), FileState.ours(utf8(text), 0644), pieces);
    if (imported()) return Outcome.granted(List.of(one));
    Path pattern = site.dropIn().resolveSibling("*.toml");
    String raw = TomlEdit.quoted(pattern.toString());
    Outcome<TomlFile> main = make ? TomlEdit.set(file, VERSION, "3") : Outcome.granted(file);
    boolean made = file.raw(IMPORTS).isEmpty();
    var piece = new ArrayList<Piece>();
    if (make) piece.add(new Piece.Key(VERSION, Optional.empty(), "3"));
    piece.add(new Piece.Element(IMPORTS, raw, made));
    return main.then(m -> TomlEdit.add(m, IMPORTS, raw))
        .map(m -> List.of(one, new Planned(site.config(), state(m), piece)));
  }

  /** Whether a pattern of the file's imports takes our drop-in already. */
  private boolean imported() {
    for (String pattern : file.strings(IMPORTS).orElse(List.of())) {
      Path whole = site.config().resolveSibling(pattern);
      try {
        if (FileSystems.getDefault().getPathMatcher("glob:" + whole).matches(site.dropIn()))
          return true;
      } catch (IllegalArgumentException e) {
        continue; // a pattern that only containerd understands
      }
    }
    return false;
  }

  private Outcome<List<Planned>> within(boolean make) {
    var pieces = new ArrayList<Piece>();
    var stanzas = new Stanzas(site, systemdCgroup()).proxy(containerd.minor() >= 7);
    var keys = new LinkedHashMap<String, String>();
    keys.put("disable_snapshot_annotations", "false");
    if (nodeWide()) keys.put("snapshotter", "\"theca\"");
    Outcome<TomlFile> edited = make ? TomlEdit.set(file, VERSION, "2") : Outcome.granted(file);
    if (make) pieces.add(new Piece.Key(VERSION, Optional.empty(), "2"));
    boolean header = file.values().keySet().stream().anyMatch(this::isKeyOfCri);
    for (var entry : keys.entrySet()) {
      if (!header) break;
      var path = Stanzas.path(Stanzas.CRI, entry.getKey());
      pieces.add(new Piece.Key(path, file.raw(path), entry.getValue()));
      edited = edited.then(f -> TomlEdit.set(f, path, entry.getValue()));
    }
    if (!header) stanzas.table(Stanzas.CRI, keys);
    defaults(stanzas);
    stanzas.handlers(Stanzas.CRI, containerd.takesShimPath());
    stanzas.tables().forEach(path -> pieces.add(new Piece.Table(path)));
    String block = Stanzas.FIRST + "\n" + stanzas.text() + Stanzas.LAST + "\n";
    return edited
        .then(f -> TomlEdit.append(f, stanzas.tables(), block))
        .map(f -> List.of(new Planned(site.config(), state(f), pieces)));
  }

  private boolean isKeyOfCri(List<String> path) {
    return path.size() == Stanzas.CRI.size() + 1
        && path.subList(0, Stanzas.CRI.size()).equals(Stanzas.CRI);
  }

  /**
   * A first table of runtimes takes the place of the built-in one, runc, which is therefore written
   * too: with what containerd says that it has.
   */
  private void defaults(Stanzas stanzas) {
    var runtimes = Stanzas.path(Stanzas.CRI, "runtimes");
    if (file.hasTable(runtimes)) return;
    for (var header : tables(runtimes)) {
      var keys = new LinkedHashMap<String, String>();
      dump.values()
          .forEach(
              (path, raw) -> {
                if (path.size() == header.size() + 1
                    && path.subList(0, header.size()).equals(header)) keys.put(path.getLast(), raw);
              });
      stanzas.table(header, keys);
    }
  }

  private List<List<String>> tables(List<String> below) {
    return dump.values().keySet().stream()
        .map(path -> path.subList(0, path.size() - 1))
        .filter(path -> path.size() > below.size() && path.subList(0, below.size()).equals(below))
        .distinct()
        .toList();
  }

  /** As the runtime that pods have without us. */
  private boolean systemdCgroup() {
    for (Map.Entry<List<String>, String> entry : dump.values().entrySet())
      if (entry.getKey().getLast().equals("SystemdCgroup")
          && entry.getKey().contains("runc")
          && entry.getValue().equals("true")) return true;
    return false;
  }

  private static String platform() {
    return "linux/" + (System.getProperty("os.arch", "").equals("aarch64") ? "arm64" : "amd64");
  }

  private FileState state(TomlFile content) {
    byte[] bytes = utf8(content.text());
    return original.map(o -> o.with(bytes)).orElseGet(() -> FileState.ours(bytes, 0644));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
