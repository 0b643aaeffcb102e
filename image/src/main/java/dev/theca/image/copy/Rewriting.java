package dev.theca.image.copy;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.Index;
import dev.theca.image.Manifest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Manifests and indexes with other layers. What did not change keeps its exact bytes, and so its
 * digest and signatures; what changed becomes OCI's kind, because Docker's knows no encrypted
 * layer.
 */
final class Rewriting {
  private Rewriting() {}

  static Outcome<Manifest> manifest(Document document, Manifest manifest, List<Descriptor> layers) {
    if (layers.equals(manifest.layers())) return Outcome.granted(manifest);
    return document
        .json()
        .then(
            json -> {
              var members = new LinkedHashMap<>(json.members());
              members.put("mediaType", new JsonString(Manifest.OCI));
              members.put("config", renamed(manifest.config()).json());
              var list = new ArrayList<JsonValue>();
              for (Descriptor layer : layers) list.add(renamed(layer).json());
              members.put("layers", new JsonArray(list));
              return Document.of(Json.write(new JsonObject(members))).then(Manifest::parse);
            });
  }

  private static Descriptor renamed(Descriptor blob) {
    return blob.with(MediaTypes.oci(blob.mediaType()), blob.annotations());
  }

  static Descriptor entry(Descriptor old, Manifest made) {
    return old.digest().equals(made.digest())
        ? old
        : new Descriptor(
            made.mediaType(),
            made.digest(),
            made.bytes().length,
            old.annotations(),
            old.platform(),
            old.artifactType());
  }

  static Outcome<Document> index(Document document, Index index, List<Descriptor> entries) {
    if (entries.equals(index.manifests())) return Outcome.granted(document);
    return document
        .json()
        .then(
            json -> {
              var members = new LinkedHashMap<>(json.members());
              members.put("mediaType", new JsonString(Manifest.OCI_INDEX));
              var list = new ArrayList<JsonValue>();
              for (Descriptor entry : entries)
                list.add(entry.with(MediaTypes.oci(entry.mediaType()), entry.annotations()).json());
              members.put("manifests", new JsonArray(list));
              return Document.of(Json.write(new JsonObject(members)));
            });
  }
}
