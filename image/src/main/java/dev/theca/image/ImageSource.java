package dev.theca.image;

import dev.theca.wire.Code;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads an image that is to be sealed: from a registry, an OCI layout ({@code oci:DIR[:TAG]}) or
 * what {@code docker save} wrote ({@code docker-archive:FILE}). Digests are checked where the form
 * has them. A layer is held in memory while it is sealed.
 */
public final class ImageSource {
  private static final int MAX_CONFIG = 4 << 20;
  private static final int MAX_LAYER = Integer.MAX_VALUE - 64;
  private static final String OCI = "oci:";
  private static final String ARCHIVE = "docker-archive:";

  private ImageSource() {}

  /** {@code insecure} are registries that are asked without TLS. */
  public static Outcome<ImageContent> open(String name, Set<String> insecure) {
    try {
      if (name.startsWith(OCI)) return layout(name.substring(OCI.length()));
      if (name.startsWith(ARCHIVE)) return archive(Path.of(name.substring(ARCHIVE.length())));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
    return ImageRef.parse(name).then(ref -> registry(ref, new RegistryClient(insecure)));
  }

  private static Outcome<ImageContent> registry(ImageRef ref, RegistryClient client) {
    return client
        .manifest(ref)
        .then(
            found ->
                found.isEmpty()
                    ? refused("an image at " + ref, "none")
                    : content(
                        found.get(), descriptor -> client.smallBlob(ref, descriptor, MAX_LAYER)));
  }

  private interface Blobs {
    Outcome<byte[]> read(Descriptor descriptor);
  }

  private static Outcome<ImageContent> content(Manifest manifest, Blobs blobs) {
    return blobs
        .read(manifest.config())
        .then(bytes -> Json.object(bytes, Limits.DEFAULT.withBytes(MAX_CONFIG)))
        .map(
            config -> {
              var layers = new ArrayList<ImageContent.Layer>();
              for (Descriptor layer : manifest.layers())
                layers.add(
                    new ImageContent.Layer(
                        type(layer.mediaType()), () -> blobs.read(layer).orThrow()));
              return new ImageContent(config, layers);
            });
  }

  /** Docker's names of layers become OCI's. */
  private static String type(String mediaType) {
    return switch (mediaType) {
      case "application/vnd.docker.image.rootfs.diff.tar.gzip" -> ImageContent.GZIP;
      case "application/vnd.docker.image.rootfs.diff.tar" -> ImageContent.TAR;
      default -> mediaType;
    };
  }

  private static Outcome<ImageContent> layout(String name) throws IOException {
    Path whole = Path.of(name);
    int colon = name.lastIndexOf(':');
    boolean tagged = !Files.isDirectory(whole) && colon > 0;
    Path folder = tagged ? Path.of(name.substring(0, colon)) : whole;
    String tag = tagged ? name.substring(colon + 1) : "";
    if (!Files.isRegularFile(folder.resolve("index.json")))
      return refused("an OCI layout at " + folder, "no index.json");
    return Json.object(Files.readAllBytes(folder.resolve("index.json")))
        .then(
            index -> {
              var chosen = chosen(index, tag);
              if (chosen.isEmpty())
                return refused(
                    "one image" + (tag.isEmpty() ? "" : " tagged " + tag), "none, or several");
              return blob(folder, chosen.get())
                  .then(bytes -> Json.object(bytes, Limits.DEFAULT.withBytes(Manifest.MAX)))
                  .then(
                      json -> {
                        if (json.array("manifests").isPresent()) {
                          var inner = chosen(json, "");
                          return inner.isEmpty()
                              ? refused("an image for linux/amd64", "none")
                              : manifest(folder, inner.get());
                        }
                        return manifest(folder, chosen.get());
                      });
            });
  }

  private static Outcome<ImageContent> manifest(Path folder, Descriptor descriptor) {
    return blob(folder, descriptor)
        .then(Manifest::parse)
        .then(manifest -> content(manifest, d -> blob(folder, d)));
  }

  /** The entry with the tag, else the one for our platform, else the only one. */
  private static Optional<Descriptor> chosen(JsonObject index, String tag) {
    var fitting = new ArrayList<Descriptor>();
    for (JsonValue item : index.array("manifests").orElse(List.of())) {
      if (!(item instanceof JsonObject entry)) continue;
      String name =
          entry
              .object("annotations")
              .flatMap(a -> a.string("org.opencontainers.image.ref.name"))
              .orElse("");
      String machine =
          entry.object("platform").flatMap(p -> p.string("architecture")).orElse("amd64");
      if ((tag.isEmpty() || tag.equals(name)) && machine.equals("amd64"))
        if (Descriptor.parse(entry) instanceof Outcome.Granted<Descriptor>(var one))
          fitting.add(one);
    }
    return fitting.size() == 1 ? Optional.of(fitting.getFirst()) : Optional.empty();
  }

  private static Outcome<byte[]> blob(Path folder, Descriptor descriptor) {
    Path file =
        folder
            .resolve("blobs")
            .resolve(descriptor.digest().algorithm())
            .resolve(descriptor.digest().hex());
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MAX_LAYER)
        return refused("blob " + descriptor.digest(), "no such file, or one of over 2 GiB");
      byte[] bytes = Files.readAllBytes(file);
      if (!Digest.sha256(bytes).equals(descriptor.digest()))
        return refused("blob " + descriptor.digest(), Digest.sha256(bytes).toString());
      return Outcome.granted(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static Outcome<ImageContent> archive(Path file) throws IOException {
    var manifest = entry(file, "manifest.json", MAX_CONFIG);
    if (manifest.isEmpty()) return refused("manifest.json in " + file, "none");
    return Json.parse(manifest.get())
        .then(
            json -> {
              if (!(json instanceof JsonArray(var items))
                  || items.size() != 1
                  || !(items.getFirst() instanceof JsonObject image))
                return refused("one image in the archive", "another number");
              return image
                  .requireString("Config")
                  .then(
                      name ->
                          entry(file, name, MAX_CONFIG)
                              .<Outcome<byte[]>>map(Outcome::granted)
                              .orElseGet(() -> refused("configuration " + name, "none")))
                  .then(bytes -> Json.object(bytes, Limits.DEFAULT.withBytes(MAX_CONFIG)))
                  .then(
                      config ->
                          image
                              .requireStrings("Layers")
                              .map(names -> new ImageContent(config, layers(file, names))));
            });
  }

  private static List<ImageContent.Layer> layers(Path file, List<String> names) {
    var layers = new ArrayList<ImageContent.Layer>();
    for (String name : names) {
      byte[] start = entry(file, name, MAX_LAYER).orElse(new byte[0]);
      boolean gzip = start.length > 2 && start[0] == 0x1f && start[1] == (byte) 0x8b;
      layers.add(new ImageContent.Layer(gzip ? ImageContent.GZIP : ImageContent.TAR, () -> start));
    }
    return layers;
  }

  /** One file of a tar archive; links inside the archive are not followed. */
  private static Optional<byte[]> entry(Path file, String name, int max) {
    try (var in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      var tar = new TarReader(in);
      for (TarReader.Entry entry; (entry = tar.next()) != null; ) {
        if (!new String(entry.path(), StandardCharsets.UTF_8).equals(name) || entry.size() > max)
          continue;
        byte[] bytes = new byte[(int) entry.size()];
        var content = java.nio.ByteBuffer.wrap(bytes);
        byte[] part = new byte[1 << 16];
        for (int n; (n = tar.read(part)) > 0; ) content.put(part, 0, n);
        return Optional.of(bytes);
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return Outcome.refused(
        Code.of("image-source"),
        "image to seal",
        expected,
        found,
        "name a registry reference, oci:DIR[:TAG] or docker-archive:FILE");
  }
}
