package dev.theca.image;

import dev.theca.wire.Code;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;

/** A reference to content: type, digest, size, annotations (OCI image-spec, "Descriptor"). */
public record Descriptor(
    String mediaType, Digest digest, long size, Map<String, String> annotations) {
  public Descriptor {
    annotations = Map.copyOf(annotations);
  }

  static Outcome<Descriptor> parse(JsonValue value) {
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
              return Outcome.granted(
                  new Descriptor(json.string("mediaType").orElse(""), digest, size, annotations));
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
    return out.build();
  }

  boolean encrypted() {
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
