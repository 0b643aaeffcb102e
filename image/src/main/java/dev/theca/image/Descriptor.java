package dev.theca.image;

import dev.theca.wire.Code;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A reference to content: type, digest, size in bytes, annotations, and in an index the platform or
 * the kind of artifact (OCI image-spec, "Descriptor"). {@code artifactType} may be empty.
 */
public record Descriptor(
    String mediaType,
    Digest digest,
    long size,
    Map<String, String> annotations,
    Optional<Platform> platform,
    String artifactType) {
  private static final int MAX_ANNOTATIONS = 256;

  public Descriptor {
    annotations = Map.copyOf(annotations);
  }

  public Descriptor(String mediaType, Digest digest, long size, Map<String, String> annotations) {
    this(mediaType, digest, size, annotations, Optional.empty(), "");
  }

  /** The same content with other annotations. */
  public Descriptor with(String newMediaType, Map<String, String> newAnnotations) {
    return new Descriptor(newMediaType, digest, size, newAnnotations, platform, artifactType);
  }

  public static Outcome<Descriptor> parse(JsonValue value) {
    if (!(value instanceof JsonObject json)) return bad("an object");
    return Digest.parse(json.string("digest").orElse(""))
        .then(
            digest -> {
              long size = json.integer("size").orElse(-1L);
              if (size < 0) return bad("a size");
              var annotations = new LinkedHashMap<String, String>();
              for (var entry :
                  json.object("annotations")
                      .orElse(JsonObject.builder().build())
                      .members()
                      .entrySet()) {
                if (!(entry.getValue() instanceof JsonString(String text)))
                  return bad("texts as annotations");
                annotations.put(entry.getKey(), text);
              }
              if (annotations.size() > MAX_ANNOTATIONS)
                return bad("at most " + MAX_ANNOTATIONS + " annotations");
              return Outcome.granted(
                  new Descriptor(
                      json.string("mediaType").orElse(""),
                      digest,
                      size,
                      annotations,
                      json.object("platform").map(Platform::read),
                      json.string("artifactType").orElse("")));
            });
  }

  public JsonObject json() {
    var out =
        JsonObject.builder()
            .put("mediaType", mediaType)
            .put("digest", digest.toString())
            .put("size", size);
    if (!annotations.isEmpty()) {
      var members = new LinkedHashMap<String, JsonValue>();
      new java.util.TreeMap<>(annotations)
          .forEach((key, text) -> members.put(key, new JsonString(text)));
      out.put("annotations", new JsonObject(members));
    }
    platform.ifPresent(p -> out.put("platform", p.json()));
    if (!artifactType.isEmpty()) out.put("artifactType", artifactType);
    return out.build();
  }

  public boolean encrypted() {
    return mediaType.endsWith("+encrypted");
  }

  private static <T> Outcome<T> bad(String expected) {
    return Outcome.refused(
        Code.of("image-manifest"),
        "descriptor",
        expected,
        "something else",
        "push the image again");
  }
}
