package dev.theca.cli.image;

import dev.theca.image.Document;
import dev.theca.image.ImageReader;
import dev.theca.image.copy.Copied;
import dev.theca.image.copy.ImageCopy;
import dev.theca.image.copy.LayerChange;
import dev.theca.image.remote.Registries;
import dev.theca.wire.Digest;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * An image on its way from one place to another. What did not change on the way keeps its
 * signatures, if they are wanted.
 *
 * @param root what was read, and maybe judged, before
 */
record Shipment(
    ImageReader from,
    Document root,
    Place source,
    Place target,
    ImageCopy.Choice choice,
    LayerChange change,
    boolean signatures) {
  /** What arrived. */
  record Arrived(Copied copied, int attachments) {}

  Arrived send(Registries registries, Outlet outlet) {
    var how = ImageCopy.How.plain().with(choice).with(change);
    var mountable = source.mountable(target);
    if (mountable.isPresent()) how = how.mounting(mountable.get());
    var to = target.writer(registries);
    try (to) {
      var pinned = PinnedReader.pinned(from, root);
      var copied = new ImageCopy(pinned, to, how, outlet.progress()).run().orThrow();
      int beside =
          signatures ? Attachments.copy(from, to, unchanged(copied)).orThrow().intValue() : 0;
      return new Arrived(copied, beside);
    }
  }

  /** The manifests that signatures of the source speak about. */
  private List<Digest> unchanged(Copied copied) {
    var same = new LinkedHashSet<Digest>();
    if (copied.root().digest().equals(root.digest())) same.add(root.digest());
    for (var image : copied.images())
      if (image.source().equals(image.manifest().digest())) same.add(image.source());
    return new ArrayList<>(same);
  }

  /** What arrived, for programs. */
  JsonObject.Builder json(Arrived arrived) {
    var images = new ArrayList<JsonValue>();
    for (var image : arrived.copied().images())
      images.add(
          JsonObject.builder()
              .put("source", image.source().toString())
              .put("digest", image.manifest().digest().toString())
              .put(
                  "layers",
                  new JsonArray(
                      image.layers().stream()
                          .<JsonValue>map(
                              l ->
                                  JsonObject.builder()
                                      .put("digest", l.digest().toString())
                                      .put("size", l.size())
                                      .put("mediaType", l.mediaType())
                                      .build())
                          .toList()))
              .build());
    return JsonObject.builder()
        .put("source", source.toString())
        .put("destination", target.toString())
        .put("digest", arrived.copied().root().digest().toString())
        .put("images", new JsonArray(images))
        .put("attachments", arrived.attachments());
  }

  /** What arrived, for people. */
  String text(String verb, Arrived arrived) {
    int attachments = arrived.attachments();
    return verb
        + " "
        + source
        + " to "
        + target
        + "\n"
        + arrived.copied().root().digest()
        + (attachments == 0 ? "" : "\nwith " + attachments + " of its signatures and referrers")
        + "\n";
  }
}
