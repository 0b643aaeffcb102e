package dev.theca.image.copy;

import dev.theca.image.Blob;
import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageReader;
import dev.theca.image.ImageRef;
import dev.theca.image.ImageWriter;
import dev.theca.image.Manifest;
import dev.theca.wire.Code;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A repository in memory that counts what is asked of it. */
final class MemoryPlace implements ImageReader, ImageWriter {
  final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
  final Map<Digest, Document> documents = new ConcurrentHashMap<>();
  final AtomicInteger uploads = new AtomicInteger();
  final List<Digest> mounted = new ArrayList<>();
  Optional<Document> root = Optional.empty();
  boolean mounts;

  Descriptor add(String mediaType, byte[] bytes) {
    var digest = Digest.sha256(bytes);
    blobs.put(digest, bytes);
    return new Descriptor(mediaType, digest, bytes.length, Map.of());
  }

  Document image(String manifestType, String layerType, List<byte[]> layers) {
    var list = new ArrayList<JsonValue>();
    for (byte[] layer : layers) list.add(add(layerType, layer).json());
    var config =
        add(
            manifestType.equals(Manifest.DOCKER)
                ? "application/vnd.docker.container.image.v1+json"
                : MediaTypes.OCI_CONFIG,
            ("{\"n\":" + layers.size() + "}").getBytes());
    var made =
        Document.of(
                Json.write(
                    JsonObject.builder()
                        .put("schemaVersion", 2)
                        .put("mediaType", manifestType)
                        .put("config", config.json())
                        .put("layers", new JsonArray(list))
                        .build()))
            .orThrow();
    documents.put(made.digest(), made);
    root = Optional.of(made);
    return made;
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public Outcome<Document> root() {
    return root.map(Outcome::granted)
        .orElseGet(() -> Outcome.refused(Code.of("image-missing"), "image", "one", "none", "push"));
  }

  @Override
  public Outcome<Optional<Document>> document(Digest digest) {
    return Outcome.granted(Optional.ofNullable(documents.get(digest)));
  }

  @Override
  public Outcome<Optional<Document>> tagged(String tag) {
    return Outcome.granted(Optional.empty());
  }

  @Override
  public Outcome<List<Descriptor>> referrers(Digest subject, String artifactType) {
    return Outcome.granted(List.of());
  }

  @Override
  public Outcome<Blob> blob(Descriptor descriptor) {
    byte[] bytes = blobs.get(descriptor.digest());
    if (bytes == null)
      return Outcome.refused(Code.of("image-blob"), "blob", "one", "none", "push it");
    return Outcome.granted(
        new Blob() {
          @Override
          public long size() {
            return bytes.length;
          }

          @Override
          public InputStream from(long offset) {
            return new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset);
          }
        });
  }

  @Override
  public Outcome<Boolean> has(Descriptor blob) {
    return Outcome.granted(blobs.containsKey(blob.digest()));
  }

  @Override
  public Outcome<Boolean> mount(Descriptor blob, ImageRef from) {
    if (mounts) mounted.add(blob.digest());
    return Outcome.granted(mounts);
  }

  @Override
  public Outcome<BlobUpload> upload() {
    uploads.incrementAndGet();
    var out = new ByteArrayOutputStream();
    return Outcome.granted(
        new BlobUpload() {
          @Override
          public void write(byte[] bytes, int from, int length) {
            out.write(bytes, from, length);
          }

          @Override
          public Outcome<Boolean> finish(Digest digest) {
            assertDigest(digest, out.toByteArray());
            blobs.put(digest, out.toByteArray());
            return Outcome.granted(true);
          }

          @Override
          public void close() {}
        });
  }

  private static void assertDigest(Digest digest, byte[] bytes) {
    if (!Digest.sha256(bytes).equals(digest)) throw new AssertionError("digest of an upload");
  }

  @Override
  public Outcome<Digest> put(Document document) {
    documents.put(document.digest(), document);
    return Outcome.granted(document.digest());
  }

  @Override
  public Outcome<Digest> put(Document document, String tag) {
    return put(document);
  }

  @Override
  public Outcome<Digest> putRoot(Document document) {
    root = Optional.of(document);
    return put(document);
  }

  @Override
  public void close() {}
}
