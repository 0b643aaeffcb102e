package dev.theca.cli.image;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageReader;
import dev.theca.image.Index;
import dev.theca.image.Manifest;
import dev.theca.image.copy.ImageCopy;
import dev.theca.image.remote.ManifestResolver;
import dev.theca.image.remote.RemoteCode;
import dev.theca.image.remote.ResolvedImage;
import dev.theca.wire.Outcome;
import java.util.ArrayList;
import java.util.List;

/** The images that a name stands for. */
public final class Images {
  private Images() {}

  /** The chosen one, or all of an index, as documents. */
  public static Outcome<List<Document>> of(
      ImageReader reader, Document root, ImageCopy.Choice choice) {
    return switch (choice) {
      case ImageCopy.Choice.One(var platform) ->
          ManifestResolver.resolve(reader, root, platform)
              .map(ResolvedImage::document)
              .map(List::of);
      case ImageCopy.Choice.All() ->
          root.isIndex()
              ? Index.parse(root).then(index -> all(reader, index))
              : Outcome.granted(List.of(root));
    };
  }

  /** Their layers, bottom to top. */
  public static Outcome<List<List<Descriptor>>> layers(List<Document> images) {
    var all = new ArrayList<List<Descriptor>>();
    for (Document image : images) {
      var manifest = Manifest.parse(image);
      if (manifest instanceof Outcome.Refused<Manifest> no) return no.as();
      all.add(manifest.orThrow().layers());
    }
    return Outcome.granted(all);
  }

  private static Outcome<List<Document>> all(ImageReader reader, Index index) {
    var all = new ArrayList<Document>();
    for (Descriptor entry : index.manifests()) {
      var one =
          reader
              .document(entry.digest())
              .then(
                  found ->
                      found
                          .<Outcome<Document>>map(Outcome::granted)
                          .orElseGet(() -> missing(reader, entry)));
      if (one instanceof Outcome.Refused<Document> no) return no.as();
      all.add(one.orThrow());
    }
    return Outcome.granted(all);
  }

  private static <T> Outcome<T> missing(ImageReader reader, Descriptor entry) {
    return Outcome.refused(
        RemoteCode.IMAGE_REGISTRY_MISSING,
        "image " + reader.name(),
        "manifest " + entry.digest(),
        "none",
        "push all images of the index again");
  }
}
