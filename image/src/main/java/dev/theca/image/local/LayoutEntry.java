package dev.theca.image.local;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** How a manifest stands in an index. */
final class LayoutEntry {
  private LayoutEntry() {}

  /** With its own annotations when it refers to another, as registries list referrers. */
  static Descriptor of(Document document, Map<String, String> more) {
    var annotations = new LinkedHashMap<String, String>();
    String kind = "";
    if (LayoutFiles.subject(document).isPresent()) {
      var json = document.json().orThrow();
      json.object("annotations")
          .map(JsonObject::members)
          .orElse(Map.of())
          .forEach(
              (key, value) -> {
                if (value instanceof JsonString(String text)) annotations.put(key, text);
              });
      kind =
          json.string("artifactType")
              .or(() -> json.object("config").flatMap(config -> config.string("mediaType")))
              .orElse("");
    }
    annotations.putAll(more);
    return new Descriptor(
        document.mediaType(),
        document.digest(),
        document.bytes().length,
        annotations,
        Optional.empty(),
        kind);
  }
}
