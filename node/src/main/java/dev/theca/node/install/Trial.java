package dev.theca.node.install;

import dev.theca.node.install.toml.TomlEdit;
import dev.theca.node.install.toml.TomlFile;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Lets containerd read a configuration that is not in its place yet: a copy in a folder of ours,
 * whose imports name the same files as the real one would, our drop-in apart.
 */
final class Trial {
  private static final List<String> IMPORTS = List.of("imports");

  private final Site site;
  private final Containerd containerd;

  Trial(Site site, Containerd containerd) {
    this.site = site;
    this.containerd = containerd;
  }

  /** What containerd makes of a main file, and of a drop-in of ours beside what it imports. */
  Outcome<TomlFile> dump(Optional<TomlFile> main, Optional<byte[]> dropIn) throws IOException {
    Path folder = site.home().resolve("trial");
    Path file = folder.resolve("config.toml");
    Path extra = folder.resolve("theca.toml");
    Files.createDirectories(folder);
    try {
      if (main.isPresent()) {
        var imports = new ArrayList<>(imported(main.get()));
        if (dropIn.isPresent()) {
          Files.write(extra, dropIn.get());
          imports.add(extra);
        }
        String list =
            imports.stream()
                .map(path -> TomlEdit.quoted(path.toString()))
                .collect(Collectors.joining(", ", "[", "]"));
        var changed = TomlEdit.set(main.get(), IMPORTS, list);
        if (changed instanceof Outcome.Refused<TomlFile> refused) return refused;
        Files.write(file, changed.orThrow().text().getBytes(StandardCharsets.UTF_8));
      }
      return main.isPresent() ? containerd.dump(file) : containerd.defaults();
    } finally {
      Files.deleteIfExists(extra);
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
      Transaction.removeEmpty(List.of(site.state(), site.home()));
    }
  }

  /** The files that a main file imports now, without our own. */
  private List<Path> imported(TomlFile main) throws IOException {
    var files = new ArrayList<Path>();
    for (String pattern : main.strings(IMPORTS).orElse(List.of())) {
      Path whole = site.config().resolveSibling(pattern).normalize();
      Path folder = whole.getParent();
      if (Files.exists(whole)) files.add(whole);
      if (Files.exists(whole) || folder == null || !Files.isDirectory(folder)) continue;
      try (var entries = Files.list(folder)) {
        var matcher = FileSystems.getDefault().getPathMatcher("glob:" + whole);
        entries.filter(matcher::matches).sorted().forEach(files::add);
      }
    }
    files.remove(site.dropIn());
    return files;
  }
}
