package dev.theca.cli.image;

import dev.theca.image.Blob;
import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageReader;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A place whose name stands for a document that was read before, and for what was made of it: the
 * image that was judged is the image that is copied, whatever the place says the second time.
 */
final class PinnedReader implements ImageReader {
  private final ImageReader place;
  private final Document root;
  private final Map<Digest, Document> made;

  PinnedReader(ImageReader place, Document root, Map<Digest, Document> made) {
    this.place = place;
    this.root = root;
    this.made = Map.copyOf(made);
  }

  static ImageReader pinned(ImageReader place, Document root) {
    return new PinnedReader(place, root, Map.of());
  }

  @Override
  public String name() {
    return place.name();
  }

  @Override
  public Outcome<Document> root() {
    return Outcome.granted(root);
  }

  @Override
  public Outcome<Optional<Document>> document(Digest digest) {
    var mine = made.get(digest);
    return mine != null ? Outcome.granted(Optional.of(mine)) : place.document(digest);
  }

  @Override
  public Outcome<Optional<Document>> tagged(String tag) {
    return place.tagged(tag);
  }

  @Override
  public Outcome<List<Descriptor>> referrers(Digest subject, String artifactType) {
    return place.referrers(subject, artifactType);
  }

  @Override
  public Outcome<Blob> blob(Descriptor descriptor) {
    return place.blob(descriptor);
  }
}
