package dev.theca.node.snapshot;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What containerd finds in the root of an image that never was on this host. It looks up the
 * image's USER there before a container starts, so a passwd and a group file with that name are put
 * in, with an invented number. The agent resolves the real user inside; nothing here reaches the
 * workload.
 */
final class Placeholder {
  private static final int MAX = 4 << 20;
  private static final int INVENTED = InventedId.VALUE;

  private Placeholder() {}

  /** A JSON blob of containerd's content store; empty when it is not there or is none. */
  static Optional<JsonObject> blob(Path content, String digest) {
    if (!digest.matches("sha256:[0-9a-f]{64}")) return Optional.empty();
    return blob(content.resolve("blobs/sha256").resolve(digest.substring(7)));
  }

  static Optional<JsonObject> blob(Path file) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MAX) return Optional.empty();
      var json = Json.object(Files.readAllBytes(file), Limits.DEFAULT.withBytes(MAX));
      return json.isGranted() ? Optional.of(json.orThrow()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // it was collected meanwhile
    }
  }

  /** The USER of the image whose manifest is {@code digest}; empty when it is not known here. */
  static String user(Path content, String digest) {
    return blob(content, digest)
        .flatMap(manifest -> manifest.object("config"))
        .flatMap(config -> config.string("digest"))
        .flatMap(config -> blob(content, config))
        .flatMap(image -> image.object("config"))
        .flatMap(config -> config.string("User"))
        .orElse("");
  }

  /**
   * Writes the two files. Images with the same layers stand on the same placeholder and may name
   * different users, so it knows all of them; as every name has the same number, none can stand for
   * another.
   */
  static void fill(Path root, Set<String> users) throws IOException {
    var names = new TreeSet<String>();
    var groups = new TreeSet<String>();
    for (String user : users) {
      int colon = user.indexOf(':');
      names.add(colon < 0 ? user : user.substring(0, colon));
      if (colon >= 0) groups.add(user.substring(colon + 1));
    }
    Path etc = Files.createDirectories(root.resolve("etc"));
    Files.writeString(
        etc.resolve("passwd"),
        names.stream()
            .filter(Placeholder::isName)
            .map(name -> "%s:x:%d:%d::/:/sbin/nologin\n".formatted(name, INVENTED, INVENTED))
            .collect(Collectors.joining("", "root:x:0:0:root:/:/sbin/nologin\n", "")));
    Files.writeString(
        etc.resolve("group"),
        groups.stream()
            .filter(Placeholder::isName)
            .map(name -> "%s:x:%d:\n".formatted(name, INVENTED))
            .collect(Collectors.joining("", "root:x:0:\n", "")));
  }

  private static boolean isName(String text) {
    return text.matches("[A-Za-z_][A-Za-z0-9_.-]{0,63}") && !text.equals("root");
  }
}
