package dev.theca.node.runc;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What runc 1.1 and later write of a container: {@code state.json} in its folder. */
final class StateFile {
  private static final int MAX = 8 << 20;
  private static final String BUNDLE = "bundle=";

  /** Part of the path of every bundle that containerd makes. */
  private static final String CONTAINERD = "/io.containerd.runtime.v2.task/";

  private StateFile() {}

  /** Whether containerd once had this container, and has not any more. */
  static boolean isAbandoned(Path container) {
    return bundle(container)
        .filter(path -> path.contains(CONTAINERD) && !Files.exists(Path.of(path)))
        .isPresent();
  }

  private static Optional<String> bundle(Path container) {
    try (var in = Files.newInputStream(container.resolve("state.json"))) {
      return Json.object(in.readNBytes(MAX), Limits.DEFAULT.withBytes(MAX))
          .orThrow()
          .object("config")
          .flatMap(config -> config.strings("labels"))
          .orElse(List.of())
          .stream()
          .filter(label -> label.startsWith(BUNDLE))
          .map(label -> label.substring(BUNDLE.length()))
          .findFirst();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      System.getLogger("theca.node")
          .log(System.Logger.Level.WARNING, "stage=start container=" + container + " " + e);
      return Optional.empty();
    }
  }
}
