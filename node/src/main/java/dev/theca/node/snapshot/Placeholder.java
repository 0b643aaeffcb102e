package dev.theca.node.snapshot;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What containerd finds in the root of an image that never was on this host. It looks up the
 * image's USER there before a container starts, so a passwd and a group file with that name are put
 * in, with invented numbers. The agent resolves the real user inside; nothing here reaches the
 * workload.
 */
final class Placeholder {
  private static final int MAX = 4 << 20;
  private static final int INVENTED = InventedId.VALUE;

  private Placeholder() {}

  /** A JSON blob of containerd's content store; empty when it is not there or is none. */
  static Optional<JsonObject> blob(Path content, String digest) {
    if (!digest.matches("sha256:[0-9a-f]{64}")) return Optional.empty();
    Path file = content.resolve("blobs/sha256").resolve(digest.substring(7));
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MAX) return Optional.empty();
      var json = Json.object(Files.readAllBytes(file), Limits.DEFAULT.withBytes(MAX));
      return json.isGranted() ? Optional.of(json.orThrow()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // it was collected meanwhile
    }
  }

  /** Writes the two files for the image whose manifest is {@code digest}, if there is one. */
  static void fill(Path root, Path content, String digest) throws IOException {
    String user =
        blob(content, digest)
            .flatMap(manifest -> manifest.object("config"))
            .flatMap(config -> config.string("digest"))
            .flatMap(config -> blob(content, config))
            .flatMap(image -> image.object("config"))
            .flatMap(config -> config.string("User"))
            .orElse("");
    String name = user.contains(":") ? user.substring(0, user.indexOf(':')) : user;
    String group = user.contains(":") ? user.substring(user.indexOf(':') + 1) : "";
    var passwd = new StringBuilder("root:x:0:0:root:/:/sbin/nologin\n");
    var groups = new StringBuilder("root:x:0:\n");
    if (isName(name))
      passwd.append("%s:x:%d:%d::/:/sbin/nologin\n".formatted(name, INVENTED, INVENTED));
    if (isName(group)) groups.append("%s:x:%d:\n".formatted(group, INVENTED));
    Path etc = Files.createDirectories(root.resolve("etc"));
    Files.writeString(etc.resolve("passwd"), passwd);
    Files.writeString(etc.resolve("group"), groups);
  }

  private static boolean isName(String text) {
    return text.matches("[A-Za-z_][A-Za-z0-9_.-]{0,63}") && !text.equals("root");
  }
}
