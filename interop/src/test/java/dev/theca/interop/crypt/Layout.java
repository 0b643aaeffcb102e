package dev.theca.interop.crypt;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.Manifest;
import dev.theca.image.crypt.LayerSealer;
import dev.theca.image.crypt.OcicryptOpener;
import dev.theca.image.spi.KeyUnwrap;
import dev.theca.image.spi.KeyWrap;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** A small OCI layout with one image, for tests. */
record Layout(Path folder) {
  static final String GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";

  private Path blob(Digest digest) {
    return folder.resolve("blobs/sha256").resolve(digest.hex());
  }

  byte[] read(Digest digest) throws Exception {
    return Files.readAllBytes(blob(digest));
  }

  private Digest write(byte[] bytes) throws Exception {
    Digest digest = Digest.sha256(bytes);
    Files.createDirectories(folder.resolve("blobs/sha256"));
    Files.write(blob(digest), bytes);
    return digest;
  }

  /** Random layers, compressed. */
  static Layout create(Path folder, int... sizes) throws Exception {
    var layout = new Layout(folder);
    var layers = new ArrayList<Descriptor>();
    var diffIds = new ArrayList<String>();
    for (int size : sizes) {
      byte[] tar = new byte[(size + 511) / 512 * 512];
      new Random(size).nextBytes(tar);
      diffIds.add(Digest.sha256(tar).toString());
      var out = new ByteArrayOutputStream();
      try (var gzip = new GZIPOutputStream(out)) {
        gzip.write(tar);
      }
      layers.add(new Descriptor(GZIP, layout.write(out.toByteArray()), out.size(), Map.of()));
    }
    var config =
        JsonObject.builder()
            .put("architecture", "amd64")
            .put("os", "linux")
            .put("config", JsonObject.builder().build())
            .put(
                "rootfs",
                JsonObject.builder()
                    .put("type", "layers")
                    .put("diff_ids", JsonArray.strings(diffIds))
                    .build())
            .build();
    byte[] bytes = Json.write(config);
    var described =
        new Descriptor(
            "application/vnd.oci.image.config.v1+json",
            layout.write(bytes),
            bytes.length,
            Map.of());
    layout.image(described, layers);
    return layout;
  }

  private void image(Descriptor config, List<Descriptor> layers) throws Exception {
    var manifest =
        JsonObject.builder()
            .put("schemaVersion", 2)
            .put("mediaType", Manifest.OCI)
            .put("config", config.json())
            .put("layers", new JsonArray(layers.stream().<JsonValue>map(Descriptor::json).toList()))
            .build();
    byte[] bytes = Json.write(manifest);
    var root =
        new Descriptor(
            Manifest.OCI,
            write(bytes),
            bytes.length,
            Map.of("org.opencontainers.image.ref.name", "t"));
    Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    Files.write(
        folder.resolve("index.json"),
        Json.write(
            JsonObject.builder()
                .put("schemaVersion", 2)
                .put("manifests", JsonArray.of(root.json()))
                .build()));
  }

  Manifest manifest() throws Exception {
    var index = Json.object(Files.readAllBytes(folder.resolve("index.json"))).orThrow();
    var root = Descriptor.parse(index.array("manifests").orElseThrow().getFirst()).orThrow();
    return Document.of(read(root.digest())).then(Manifest::parse).orThrow();
  }

  List<Descriptor> layers() throws Exception {
    return manifest().layers();
  }

  /** The same blobs with other descriptors. */
  void relabel(List<Descriptor> layers) throws Exception {
    image(manifest().config(), layers);
  }

  /** Another layout, with the layers of these numbers encrypted. */
  Layout sealed(Path target, List<Integer> which, List<KeyWrap> recipients) throws Exception {
    var out = new Layout(target);
    var manifest = manifest();
    var sealer = new LayerSealer(recipients);
    var layers = new ArrayList<Descriptor>();
    for (int i = 0; i < manifest.layers().size(); i++) {
      Descriptor layer = manifest.layers().get(i);
      byte[] bytes = read(layer.digest());
      if (which.contains(i)) {
        try (var sealing = sealer.begin(layer).orThrow()) {
          sealing.update(bytes, 0, bytes.length);
          layer = sealing.finish().orThrow().descriptor();
        }
      }
      layers.add(layer);
      Digest unused = out.write(bytes);
    }
    Digest unused = out.write(read(manifest.config().digest()));
    out.image(manifest.config(), layers);
    return out;
  }

  /** The plaintext of a layer, encrypted or not. */
  Outcome<byte[]> open(Descriptor layer, List<KeyUnwrap> keys) throws Exception {
    byte[] bytes = read(layer.digest());
    if (!layer.encrypted()) return Outcome.granted(bytes);
    return new OcicryptOpener(keys)
        .open(layer)
        .then(
            open -> {
              try (open) {
                open.update(bytes, 0, bytes.length);
                return open.finish().map(done -> bytes);
              }
            });
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
