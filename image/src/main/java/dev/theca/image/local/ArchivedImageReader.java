package dev.theca.image.local;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageException;
import dev.theca.image.ImageRef;
import dev.theca.image.Manifest;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Chooses the image of an archive ({@code manifest.json}) and counts its digests. */
final class ArchivedImageReader {
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final int MAX_JSON_BYTES = 4 << 20;
  private static final int MAX_LAYERS = 512;
  private static final int BUFFER_BYTES = 128 << 10;

  private final Path file;
  private final String name;
  private final Map<String, ArchiveIndex.Entry> entries;
  private final Map<Digest, FileBlob> blobs = new LinkedHashMap<>();

  ArchivedImageReader(ImageLocation.Archive location, Map<String, ArchiveIndex.Entry> entries) {
    this.file = location.file();
    this.name = location.name();
    this.entries = entries;
  }

  Outcome<ArchivedImage> read() {
    try {
      return small("manifest.json")
          .then(bytes -> Json.parse(bytes, Limits.DEFAULT.withBytes(MAX_JSON_BYTES)))
          .then(this::choose)
          .then(this::image);
    } catch (UncheckedIOException e) {
      throw new ImageException("cannot read " + file, e);
    }
  }

  private Outcome<JsonObject> choose(JsonValue list) {
    if (!(list instanceof JsonArray(var items))) return no("a list of images", "something else");
    var fitting = new ArrayList<JsonObject>();
    var tags = new ArrayList<String>();
    for (JsonValue item : items) {
      if (!(item instanceof JsonObject image)) return no("images", "something else");
      var own = image.strings("RepoTags").orElse(List.of());
      if (tags.size() < 20) tags.addAll(own.stream().limit(20).toList());
      if (name.isEmpty() || own.stream().anyMatch(this::named)) fitting.add(image);
    }
    return fitting.size() == 1
        ? Outcome.granted(fitting.getFirst())
        : no(
            name.isEmpty() ? "one image, or a name after the file" : "an image '" + name + "'",
            fitting.size() + " of " + items.size() + " images, named " + tags);
  }

  /** "busybox" is "docker.io/library/busybox:latest" for everybody who writes archives. */
  private boolean named(String tag) {
    var wanted = ImageRef.parse(name);
    return wanted.isGranted() && wanted.equals(ImageRef.parse(tag));
  }

  private Outcome<ArchivedImage> image(JsonObject image) {
    String configName = image.string("Config").orElse("");
    var layerNames = image.strings("Layers");
    if (layerNames.isEmpty() || layerNames.get().size() > MAX_LAYERS)
      return no("a list of at most " + MAX_LAYERS + " layers", "another");
    var config = small(configName);
    if (config instanceof Outcome.Refused<byte[]> no) return no.as();
    int diffIds = diffIds(config.orThrow());
    if (diffIds != layerNames.get().size())
      return no("as many layers as diff ids", layerNames.get().size() + " and " + diffIds);
    var layers = new ArrayList<JsonValue>();
    for (String layerName : layerNames.get()) {
      var found = ArchiveIndex.find(entries, layerName);
      if (found.isEmpty()) return no("layer '" + shown(layerName) + "'", "none");
      layers.add(counted(found.get(), "").json());
    }
    var configEntry = ArchiveIndex.find(entries, configName).orElseThrow();
    return Document.of(
            Json.write(
                JsonObject.builder()
                    .put("schemaVersion", 2)
                    .put("mediaType", Manifest.OCI)
                    .put("config", counted(configEntry, CONFIG).json())
                    .put("layers", new JsonArray(layers))
                    .build()))
        .map(document -> new ArchivedImage(document, Map.copyOf(blobs)));
  }

  private static int diffIds(byte[] config) {
    return Json.object(config, Limits.DEFAULT.withBytes(MAX_JSON_BYTES))
            instanceof Outcome.Granted<JsonObject>(var json)
        ? json.object("rootfs").flatMap(o -> o.strings("diff_ids")).map(List::size).orElse(-1)
        : -1;
  }

  /** One pass over the bytes; the first of them tell how they are packed. */
  private Descriptor counted(ArchiveIndex.Entry entry, String type) {
    var blob = new FileBlob(file, entry.start(), entry.size());
    var hash = Digest.hasher("sha256");
    byte[] part = new byte[BUFFER_BYTES];
    String packed = "";
    try (var in = blob.from(0)) {
      boolean first = true;
      for (int n; (n = in.readNBytes(part, 0, part.length)) > 0; first = false) {
        if (first) packed = packed(part, n);
        hash.update(part, 0, n);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Digest digest = Digest.finish("sha256", hash);
    blobs.put(digest, blob);
    return new Descriptor(type.isEmpty() ? LAYER + packed : type, digest, blob.size(), Map.of());
  }

  private static String packed(byte[] start, int count) {
    if (count > 2 && start[0] == 0x1f && start[1] == (byte) 0x8b) return "+gzip";
    return count > 4
            && start[0] == 0x28
            && start[1] == (byte) 0xb5
            && start[2] == 0x2f
            && start[3] == (byte) 0xfd
        ? "+zstd"
        : "";
  }

  private Outcome<byte[]> small(String entryName) {
    var entry = ArchiveIndex.find(entries, entryName);
    if (entry.isEmpty() || entry.get().size() > MAX_JSON_BYTES)
      return no("a small file '" + shown(entryName) + "'", "none");
    try (var in = new FileBlob(file, entry.get().start(), entry.get().size()).from(0)) {
      return Outcome.granted(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String shown(String text) {
    return text.substring(0, Math.min(text.length(), 100)).replaceAll("[^ -~]", "?");
  }

  private <T> Outcome<T> no(String expected, String found) {
    return ArchiveReader.no(file, expected, found);
  }
}
