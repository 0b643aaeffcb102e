package dev.theca.registry.store;

import dev.theca.wire.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Folders whose files are named by digests. */
final class Links {
  private Links() {}

  /** Digests in order, each once. */
  static List<Digest> in(Path folder) throws IOException {
    var all = new ArrayList<Digest>();
    for (String algorithm : List.of("sha256", "sha512")) {
      Path files = folder.resolve(algorithm);
      if (!Files.isDirectory(files)) continue;
      try (var list = Files.list(files)) {
        list.map(file -> algorithm + ":" + file.getFileName())
            .sorted()
            .map(Names::digest)
            .flatMap(Optional::stream)
            .forEach(all::add);
      }
    }
    return all;
  }
}
