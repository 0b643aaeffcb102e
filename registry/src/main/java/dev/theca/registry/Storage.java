package dev.theca.registry;

import dev.theca.wire.Digest;
import dev.theca.wire.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Blobs by digest, manifests as blobs, tags as small files. Paths are made of digests and encoded
 * names only.
 */
final class Storage {
  static final int MAX_MANIFEST = 4 << 20;

  /** A stored manifest. */
  record Stored(byte[] bytes, String digest, String mediaType) {}

  private final Path blobs;
  private final Path uploads;
  private final Path tags;
  private final SecureRandom random = new SecureRandom();

  Storage(Path root) throws IOException {
    blobs = Files.createDirectories(root.resolve("blobs"));
    uploads = Files.createDirectories(root.resolve("uploads"));
    tags = Files.createDirectories(root.resolve("tags"));
  }

  Optional<Path> blob(String digest) {
    if (!digest.matches("sha256:[0-9a-f]{64}")) return Optional.empty();
    Path file = blobs.resolve(digest.substring(7));
    return Files.exists(file) ? Optional.of(file) : Optional.empty();
  }

  private Path tagFolder(String name) {
    return tags.resolve(name.replace("/", "%"));
  }

  Optional<Stored> manifest(String name, String reference) throws IOException {
    String digest = reference;
    if (!reference.startsWith("sha256:")) {
      Path tag = tagFolder(name).resolve(reference);
      if (reference.contains(":") || !Files.exists(tag)) return Optional.empty();
      digest = Files.readString(tag);
    }
    var file = blob(digest);
    if (file.isEmpty() || Files.size(file.get()) > MAX_MANIFEST) return Optional.empty();
    byte[] bytes = Files.readAllBytes(file.get());
    var json = Json.object(bytes, dev.theca.wire.json.Limits.DEFAULT.withBytes(MAX_MANIFEST));
    if (!json.isGranted()) return Optional.empty();
    return Optional.of(
        new Stored(
            bytes,
            digest,
            json.orThrow()
                .string("mediaType")
                .orElse("application/vnd.oci.image.manifest.v1+json")));
  }

  Optional<String> putManifest(String name, String reference, byte[] bytes) throws IOException {
    String digest = Digest.sha256(bytes).toString();
    if (!Json.object(bytes, dev.theca.wire.json.Limits.DEFAULT.withBytes(MAX_MANIFEST)).isGranted())
      return Optional.empty();
    if (reference.contains(":") && !reference.equals(digest)) return Optional.empty();
    Files.write(blobs.resolve(digest.substring(7)), bytes);
    if (!reference.contains(":")) {
      Files.createDirectories(tagFolder(name));
      Files.writeString(tagFolder(name).resolve(reference), digest, StandardCharsets.US_ASCII);
    }
    return Optional.of(digest);
  }

  List<String> tags(String name) throws IOException {
    if (!Files.isDirectory(tagFolder(name))) return List.of();
    try (var list = Files.list(tagFolder(name))) {
      return list.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  String begin() throws IOException {
    byte[] id = new byte[16];
    random.nextBytes(id);
    String name = HexFormat.of().formatHex(id);
    Files.createFile(uploads.resolve(name));
    return name;
  }

  long append(String id, InputStream in) throws IOException {
    Path file = uploads.resolve(id);
    try (var out =
        Files.newOutputStream(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      in.transferTo(out);
    }
    return Files.size(file);
  }

  boolean finish(String id, String digest) throws IOException {
    Path file = uploads.resolve(id);
    var hash = Digest.hasher("sha256");
    try (var in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int n; (n = in.read(buffer)) > 0; ) hash.update(buffer, 0, n);
    }
    if (!Digest.finish("sha256", hash).toString().equals(digest)) {
      Files.delete(file);
      return false;
    }
    Files.move(
        file,
        blobs.resolve(digest.substring(7)),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    return true;
  }
}
