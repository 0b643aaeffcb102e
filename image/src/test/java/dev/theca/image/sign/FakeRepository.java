package dev.theca.image.sign;

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
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One repository in memory; the registry's owner may put anything into it. */
final class FakeRepository implements ImageReader, ImageWriter {
  final Map<Digest, byte[]> blobs = new HashMap<>();
  final Map<Digest, Document> documents = new HashMap<>();
  final Map<String, Document> tags = new HashMap<>();
  boolean forbidsReferrers;

  /** An image that no other test has. */
  Document image(String marker) {
    byte[] config =
        ("{\"marker\":\"" + marker + "\"}").getBytes(java.nio.charset.StandardCharsets.UTF_8);
    blobs.put(Digest.sha256(config), config);
    var json =
        JsonObject.builder()
            .put("schemaVersion", 2)
            .put("mediaType", Manifest.OCI)
            .put(
                "config",
                new Descriptor(
                        "application/vnd.oci.image.config.v1+json",
                        Digest.sha256(config),
                        config.length,
                        Map.of())
                    .json())
            .put("layers", new JsonArray(List.of()))
            .build();
    var document = Document.of(Json.write(json)).orThrow();
    put(document);
    return document;
  }

  /** Stores one layer with annotations as an image at a tag, as cosign stores signatures. */
  void signatureImage(String tag, List<Layer> layers) {
    var items = new ArrayList<dev.theca.wire.json.JsonValue>();
    for (Layer layer : layers) {
      blobs.put(Digest.sha256(layer.bytes), layer.bytes);
      items.add(
          new Descriptor(
                  layer.type, Digest.sha256(layer.bytes), layer.bytes.length, layer.annotations)
              .json());
    }
    byte[] config = "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    var json =
        JsonObject.builder()
            .put("schemaVersion", 2)
            .put("mediaType", Manifest.OCI)
            .put(
                "config",
                new Descriptor("application/x", Digest.sha256(config), 2, Map.of()).json())
            .put("layers", new JsonArray(items))
            .build();
    put(Document.of(Json.write(json)).orThrow(), tag);
  }

  record Layer(String type, byte[] bytes, Map<String, String> annotations) {}

  @Override
  public String name() {
    return "fake repository";
  }

  @Override
  public Outcome<Document> root() {
    throw new AssertionError("the root was resolved before");
  }

  @Override
  public Outcome<Optional<Document>> document(Digest digest) {
    return Outcome.granted(Optional.ofNullable(documents.get(digest)));
  }

  @Override
  public Outcome<Optional<Document>> tagged(String tag) {
    return Outcome.granted(Optional.ofNullable(tags.get(tag)));
  }

  @Override
  public Outcome<List<Descriptor>> referrers(Digest subject, String artifactType) {
    if (forbidsReferrers)
      return Outcome.refused(Code.of("registry-denied"), "referrers", "an answer", "403", "log in");
    var list = new ArrayList<Descriptor>();
    for (Document document : documents.values()) {
      var json = document.json().orThrow();
      if (!json.object("subject")
          .flatMap(s -> s.string("digest"))
          .equals(Optional.of(subject.toString()))) continue;
      String type = json.string("artifactType").orElse("");
      var plain = document.descriptor();
      if (artifactType.isEmpty() || artifactType.equals(type))
        list.add(
            new Descriptor(
                plain.mediaType(), plain.digest(), plain.size(), Map.of(), Optional.empty(), type));
    }
    return Outcome.granted(list);
  }

  @Override
  public Outcome<Blob> blob(Descriptor descriptor) {
    byte[] bytes = blobs.get(descriptor.digest());
    if (bytes == null)
      return Outcome.refused(Code.of("registry-unknown"), "blob", "there", "missing", "push it");
    return Outcome.granted(
        new Blob() {
          @Override
          public long size() {
            return descriptor.size();
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
    return Outcome.granted(false);
  }

  @Override
  public Outcome<BlobUpload> upload() {
    var bytes = new ByteArrayOutputStream();
    return Outcome.granted(
        new BlobUpload() {
          @Override
          public void write(byte[] source, int from, int length) {
            bytes.write(source, from, length);
          }

          @Override
          public Outcome<Boolean> finish(Digest digest) {
            if (!Digest.sha256(bytes.toByteArray()).equals(digest))
              throw new AssertionError("another digest than the bytes have");
            blobs.put(digest, Arrays.copyOf(bytes.toByteArray(), bytes.size()));
            return Outcome.granted(true);
          }

          @Override
          public void close() {}
        });
  }

  @Override
  public Outcome<Digest> put(Document document) {
    documents.put(document.digest(), document);
    return Outcome.granted(document.digest());
  }

  @Override
  public Outcome<Digest> put(Document document, String tag) {
    tags.put(tag, document);
    return put(document);
  }

  @Override
  public Outcome<Digest> putRoot(Document document) {
    return put(document, "latest");
  }

  @Override
  public void close() {}
}
