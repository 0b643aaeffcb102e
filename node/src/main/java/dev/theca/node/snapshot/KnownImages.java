package dev.theca.node.snapshot;

import dev.theca.wire.Digest;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The images whose manifest and configuration lie in containerd's content store, found by what they
 * are stacked of. Labels of a snapshot name the one image that made containerd ask, if any; others
 * may have the very same layers, and clients beside the container runtime interface give no labels.
 * A blob never changes under its name, so each is read once.
 */
final class KnownImages {
  private static final int MAX = 4 << 20;
  private static final int LAYERS = 1000;

  private final Path blobs;
  private final Set<String> seen = new HashSet<>();
  private final Map<String, Manifest> manifests = new HashMap<>();
  private final Map<String, Config> configs = new HashMap<>();

  KnownImages(Path content) {
    blobs = content.resolve("blobs/sha256");
  }

  private record Manifest(String config, List<Boolean> encrypted) {}

  private record Config(String user, List<String> chain) {}

  /**
   * An image that begins with a stack of layers.
   *
   * @param user of its configuration, as it stands there
   * @param encrypted whether the last of these layers is
   */
  record Image(String user, boolean encrypted) {}

  /** Those that begin with the layers of a chain id (OCI image specification, "Layer ChainID"). */
  synchronized List<Image> beginningWith(String chain) {
    look();
    var found = new ArrayList<Image>();
    for (Manifest manifest : manifests.values()) {
      Config config = configs.get(manifest.config());
      if (config == null) continue;
      int at = config.chain().indexOf(chain);
      if (at >= 0 && at < manifest.encrypted().size())
        found.add(new Image(config.user(), manifest.encrypted().get(at)));
    }
    return found;
  }

  private void look() {
    var there = new HashSet<String>();
    try (var list = Files.newDirectoryStream(blobs)) {
      for (Path file : list) there.add(String.valueOf(file.getFileName()));
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      return; // no content yet
    }
    seen.retainAll(there);
    manifests.keySet().retainAll(there);
    configs.keySet().retainAll(there);
    there.removeAll(seen);
    for (String name : there) {
      seen.add(name);
      read(name).ifPresent(json -> know(name, json));
    }
  }

  private void know(String name, JsonObject json) {
    var layers = json.array("layers");
    var config = json.object("config").flatMap(c -> c.string("digest"));
    if (layers.isPresent() && config.isPresent()) {
      if (layers.get().size() <= LAYERS)
        manifests.put(
            name,
            new Manifest(
                config.get().replace("sha256:", ""),
                layers.get().stream().map(KnownImages::isEncrypted).toList()));
      return;
    }
    json.object("rootfs")
        .flatMap(rootfs -> rootfs.array("diff_ids"))
        .filter(ids -> ids.size() <= LAYERS)
        .ifPresent(
            ids ->
                configs.put(
                    name,
                    new Config(
                        json.object("config").flatMap(c -> c.string("User")).orElse(""),
                        chain(ids))));
  }

  static boolean isEncrypted(JsonValue layer) {
    return layer instanceof JsonObject one
        && one.string("mediaType").orElse("").endsWith("+encrypted");
  }

  private static List<String> chain(List<JsonValue> ids) {
    var chain = new ArrayList<String>();
    for (JsonValue id : ids) {
      String layer = id instanceof JsonString(var text) ? text : "";
      chain.add(
          chain.isEmpty()
              ? layer
              : Digest.sha256((chain.getLast() + " " + layer).getBytes(StandardCharsets.US_ASCII))
                  .toString());
    }
    return chain;
  }

  private Optional<JsonObject> read(String name) {
    Path file = blobs.resolve(name);
    try (InputStream in = Files.newInputStream(file)) {
      if (Files.size(file) > MAX || in.read() != '{') return Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // it was collected meanwhile
    }
    return Placeholder.blob(file);
  }
}
