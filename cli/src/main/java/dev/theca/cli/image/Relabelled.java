package dev.theca.cli.image;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageReader;
import dev.theca.image.Manifest;
import dev.theca.image.copy.ImageCopy;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Images whose layers keep their bytes and get other annotations: new manifests, old blobs. */
final class Relabelled {
  private final Function<Descriptor, Outcome<Descriptor>> change;
  private final Map<Digest, Document> made = new LinkedHashMap<>();
  private int changed;

  private Relabelled(Function<Descriptor, Outcome<Descriptor>> change) {
    this.change = change;
  }

  /** The image as a place that can be copied from, and how many layers changed. */
  record Image(ImageReader reader, Document root, int changed) {}

  static Outcome<Image> of(
      ImageReader reader,
      Document root,
      ImageCopy.Choice choice,
      Function<Descriptor, Outcome<Descriptor>> change) {
    var all = new Relabelled(change);
    return Images.of(reader, root, choice)
        .then(
            images -> {
              boolean index = root.isIndex() && choice instanceof ImageCopy.Choice.All;
              var replaced = new LinkedHashMap<Digest, Document>();
              for (Document image : images) {
                var one = all.manifest(image);
                if (one instanceof Outcome.Refused<Document> no) return no.as();
                replaced.put(image.digest(), one.orThrow());
              }
              return index
                  ? index(root, replaced)
                  : Outcome.granted(replaced.values().iterator().next());
            })
        .map(made -> new Image(new PinnedReader(reader, made, all.made), made, all.changed));
  }

  private Outcome<Document> manifest(Document image) {
    return Manifest.parse(image)
        .then(
            manifest ->
                image
                    .json()
                    .then(
                        json -> {
                          var items = json.array("layers").orElse(List.of());
                          var layers = new ArrayList<JsonValue>();
                          for (int i = 0; i < items.size(); i++) {
                            Descriptor layer = manifest.layers().get(i);
                            if (!layer.encrypted()) {
                              layers.add(items.get(i));
                              continue;
                            }
                            var other = change.apply(layer);
                            if (other instanceof Outcome.Refused<Descriptor> no) return no.as();
                            if (!other.orThrow().equals(layer)) changed++;
                            layers.add(annotated(items.get(i), other.orThrow()));
                          }
                          return Document.of(Json.write(with(json, "layers", layers)));
                        }))
        .map(
            document -> {
              made.put(document.digest(), document);
              return document;
            });
  }

  private static JsonObject annotated(JsonValue item, Descriptor layer) {
    var members = new LinkedHashMap<>(((JsonObject) item).members());
    members.put("annotations", layer.json().object("annotations").orElseThrow());
    return new JsonObject(members);
  }

  private static JsonObject with(JsonObject json, String name, List<JsonValue> items) {
    var members = new LinkedHashMap<>(json.members());
    members.put(name, new JsonArray(items));
    return new JsonObject(members);
  }

  private static Outcome<Document> index(Document root, Map<Digest, Document> replaced) {
    return root.json()
        .then(
            json -> {
              var entries = new ArrayList<JsonValue>();
              for (JsonValue item : json.array("manifests").orElse(List.of())) {
                var members = new LinkedHashMap<>(((JsonObject) item).members());
                var made =
                    Descriptor.parse(item).map(entry -> replaced.get(entry.digest())).orThrow();
                if (made != null) members.putAll(made.descriptor().json().members());
                entries.add(new JsonObject(members));
              }
              return Document.of(Json.write(with(json, "manifests", entries)));
            });
  }
}
