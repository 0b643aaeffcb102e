package dev.theca.interop.sign;

import dev.theca.image.Blob;
import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageReader;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.util.List;
import java.util.Optional;

/** A repository without any signatures: they lie elsewhere. */
final class NoRepository implements ImageReader {
  @Override
  public String name() {
    return "nothing";
  }

  @Override
  public Outcome<Document> root() {
    throw new AssertionError("not asked");
  }

  @Override
  public Outcome<Optional<Document>> document(Digest digest) {
    return Outcome.granted(Optional.empty());
  }

  @Override
  public Outcome<Optional<Document>> tagged(String tag) {
    return Outcome.granted(Optional.empty());
  }

  @Override
  public Outcome<List<Descriptor>> referrers(Digest subject, String artifactType) {
    return Outcome.granted(List.of());
  }

  @Override
  public Outcome<Blob> blob(Descriptor descriptor) {
    throw new AssertionError("not asked");
  }
}
