package dev.theca.registry.store;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.Index;
import dev.theca.image.Manifest;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a manifest names: blobs that its repository must have, blobs that lie elsewhere, the
 * manifests of an index, and the subject it belongs to (image-spec 1.1, "Image Manifest").
 */
public record References(
    List<Digest> blobs,
    List<Digest> foreign,
    List<Digest> manifests,
    Optional<Digest> subject,
    String artifactType,
    Optional<JsonObject> annotations) {
  public static Outcome<References> of(Document document) {
    return document
        .json()
        .then(
            json ->
                (document.isIndex() ? index(document) : image(document))
                    .then(found -> found.completed(json)));
  }

  private static Outcome<References> index(Document document) {
    return Index.parse(document)
        .map(
            index ->
                new References(
                    List.of(),
                    List.of(),
                    index.manifests().stream().map(Descriptor::digest).toList(),
                    Optional.empty(),
                    "",
                    Optional.empty()));
  }

  private static Outcome<References> image(Document document) {
    return Manifest.parse(document)
        .map(
            manifest -> {
              var here = new ArrayList<>(List.of(manifest.config().digest()));
              var elsewhere = new ArrayList<Digest>();
              for (var layer : manifest.layers())
                (foreign(layer.mediaType()) ? elsewhere : here).add(layer.digest());
              return new References(
                  List.copyOf(here),
                  List.copyOf(elsewhere),
                  List.of(),
                  Optional.empty(),
                  manifest.config().mediaType(),
                  Optional.empty());
            });
  }

  /** Layers that are fetched from elsewhere (image-spec, "Non-Distributable Layers"). */
  private static boolean foreign(String mediaType) {
    return mediaType.contains(".nondistributable.") || mediaType.contains(".foreign.");
  }

  private Outcome<References> completed(JsonObject json) {
    String type = json.string("artifactType").filter(t -> !t.isEmpty()).orElse(artifactType);
    var notes = json.object("annotations");
    if (json.get("subject").isEmpty())
      return Outcome.granted(
          new References(blobs, foreign, manifests, Optional.empty(), type, notes));
    return Descriptor.parse(json.get("subject").orElseThrow())
        .map(
            subject ->
                new References(
                    blobs, foreign, manifests, Optional.of(subject.digest()), type, notes));
  }
}
