package dev.theca.bench.image;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.theca.image.Descriptor;
import dev.theca.wire.Digest;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Builds images as OCI layouts on the disk: layers are made side by side and never in memory. */
final class Layouts {
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+";
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  private record Made(Descriptor layer, Digest diffId) {}

  private Layouts() {}

  /** A layout whose only image has the name {@code 1}. */
  static Path make(Path folder, Choice.Kind kind, int megabytes) throws Exception {
    Path blobs = Files.createDirectories(folder.resolve("blobs/sha256"));
    var made = new ArrayList<Future<Made>>();
    try (var threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      for (int i = 0; i < kind.layers(); i++) {
        int seed = i;
        Callable<Made> work =
            () -> layer(blobs, kind.compression(), megabytes * 1_000_000L / kind.layers(), seed);
        made.add(threads.submit(work));
      }
    }
    var layers = new ArrayList<JsonValue>();
    var diffIds = new ArrayList<String>();
    for (var each : made) {
      layers.add(each.get().layer().json());
      diffIds.add(each.get().diffId().toString());
    }
    var config = blob(blobs, config(diffIds), CONFIG);
    var manifest =
        JsonObject.builder()
            .put("schemaVersion", 2)
            .put("mediaType", MANIFEST)
            .put("config", config.json())
            .put("layers", new JsonArray(List.copyOf(layers)))
            .build();
    var image = blob(blobs, manifest, MANIFEST);
    var named =
        new Descriptor(
            MANIFEST,
            image.digest(),
            image.size(),
            Map.of("org.opencontainers.image.ref.name", "1"));
    var index =
        JsonObject.builder()
            .put("schemaVersion", 2)
            .put("manifests", JsonArray.of(named.json()))
            .build();
    Files.write(folder.resolve("index.json"), Json.write(index));
    Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    return folder;
  }

  private static JsonObject config(List<String> diffIds) {
    return JsonObject.builder()
        .put("architecture", "amd64")
        .put("os", "linux")
        .put("config", JsonObject.builder().put("Cmd", JsonArray.strings(List.of("/x"))).build())
        .put(
            "rootfs",
            JsonObject.builder()
                .put("type", "layers")
                .put("diff_ids", JsonArray.strings(diffIds))
                .build())
        .build();
  }

  private static Descriptor blob(Path blobs, JsonObject json, String type) throws IOException {
    byte[] bytes = Json.write(json);
    var digest = Digest.sha256(bytes);
    Files.write(blobs.resolve(digest.hex()), bytes);
    return new Descriptor(type, digest, bytes.length, Map.of());
  }

  private static Made layer(Path blobs, String compression, long bytes, long seed)
      throws IOException {
    Path part = blobs.resolve("part" + seed);
    var stored = Digest.hasher("sha256");
    var plain = Digest.hasher("sha256");
    try (var out =
        new DigestOutputStream(
            compressed(compression, new DigestOutputStream(Files.newOutputStream(part), stored)),
            plain)) {
      Content.write(out, bytes, seed);
    }
    var digest = Digest.finish("sha256", stored);
    Files.move(part, blobs.resolve(digest.hex()));
    var layer =
        new Descriptor(
            LAYER + compression, digest, Files.size(blobs.resolve(digest.hex())), Map.of());
    return new Made(layer, Digest.finish("sha256", plain));
  }

  /** With the levels that builders use by default: 6 of gzip, 3 of zstd. */
  private static OutputStream compressed(String compression, OutputStream out) throws IOException {
    return switch (compression) {
      case "zstd" -> new ZstdOutputStreamNoFinalizer(out, 3);
      case "gzip" ->
          new GZIPOutputStream(out, 1 << 16) {
            {
              def.setLevel(Deflater.DEFAULT_COMPRESSION);
            }
          };
      default -> throw new IllegalArgumentException("compression " + compression);
    };
  }

  /** The files of the layers of the only image in a layout, bottom to top. */
  static List<Path> layers(Path folder) throws IOException {
    var index = Json.object(Files.readAllBytes(folder.resolve("index.json"))).orThrow();
    var manifest =
        Json.object(Files.readAllBytes(files(folder, index, "manifests").getFirst())).orThrow();
    return files(folder, manifest, "layers");
  }

  private static List<Path> files(Path folder, JsonObject json, String member) {
    return json.array(member).orElseThrow().stream()
        .map(each -> ((JsonObject) each).string("digest").orElseThrow())
        .map(digest -> folder.resolve("blobs").resolve(digest.replace(':', '/')))
        .toList();
  }
}
