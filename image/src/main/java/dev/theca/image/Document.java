package dev.theca.image;

import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;

/**
 * A manifest or an index as it is stored: the exact bytes that its digest is over, at most {@link
 * #MAX_BYTES}. {@code mediaType} is what the document itself says; what a server says beside it
 * does not count (an image manifest must not be read as an index, nor the reverse).
 */
public record Document(String mediaType, Digest digest, byte[] bytes) {
  /** What registries commonly accept, and we read (distribution-spec, "Pushing Manifests"). */
  public static final int MAX_BYTES = 4 << 20;

  /** Checks size, JSON and that the members fit the type that the document names. */
  public static Outcome<Document> of(byte[] bytes) {
    if (bytes.length > MAX_BYTES)
      return Manifest.bad("at most " + MAX_BYTES + " bytes", bytes.length + "");
    return Json.object(bytes, Limits.DEFAULT.withBytes(MAX_BYTES))
        .then(
            json -> {
              boolean index = json.get("manifests").isPresent();
              boolean image = json.get("layers").isPresent() || json.get("config").isPresent();
              if (index == image)
                return Manifest.bad(
                    "either layers with a configuration or manifests",
                    index ? "both: a document that is read in two ways" : "neither");
              String type =
                  json.string("mediaType").orElse(index ? Manifest.OCI_INDEX : Manifest.OCI);
              boolean namedIndex =
                  type.equals(Manifest.OCI_INDEX) || type.equals(Manifest.DOCKER_LIST);
              if (namedIndex != index || !namedIndex && !image(type))
                return Manifest.bad("a media type that fits its members", "'" + type + "'");
              if (json.integer("schemaVersion").orElse(0L) != 2)
                return Manifest.bad("schema version 2", "another");
              return Outcome.granted(new Document(type, Digest.sha256(bytes), bytes.clone()));
            });
  }

  /** The same, for bytes that must have a digest that was named before. */
  public static Outcome<Document> of(byte[] bytes, Digest expected) {
    var hash = Digest.hasher(expected.algorithm());
    hash.update(bytes);
    Digest found = Digest.finish(expected.algorithm(), hash);
    return found.equals(expected)
        ? of(bytes).map(d -> new Document(d.mediaType, expected, d.bytes))
        : Manifest.bad("digest " + expected, found.toString());
  }

  private static boolean image(String type) {
    return type.equals(Manifest.OCI) || type.equals(Manifest.DOCKER);
  }

  public boolean isIndex() {
    return !image(mediaType);
  }

  public Outcome<JsonObject> json() {
    return Json.object(bytes, Limits.DEFAULT.withBytes(MAX_BYTES));
  }

  public Descriptor descriptor() {
    return new Descriptor(mediaType, digest, bytes.length, java.util.Map.of());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Document d
        && d.digest.equals(digest)
        && d.mediaType.equals(mediaType)
        && java.util.Arrays.equals(d.bytes, bytes);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return mediaType + " " + digest;
  }
}
