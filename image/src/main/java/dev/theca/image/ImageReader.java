package dev.theca.image;

import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.util.List;
import java.util.Optional;

/**
 * Where an image and what belongs to it (signatures, other manifests of the same repository) are
 * read: a repository of a registry, an OCI layout, an archive. Safe for several threads. Refused is
 * what the place answers (missing, forbidden, other bytes than the digest); a place that cannot be
 * reached is an {@link ImageException}.
 */
public interface ImageReader extends AutoCloseable {
  /** The name of the image as its user gave it, for messages. */
  String name();

  /**
   * The manifest or index that the name stands for; its digest is checked when the name has one.
   */
  Outcome<Document> root();

  /** A manifest or index of the same repository, by digest; empty when there is none. */
  Outcome<Optional<Document>> document(Digest digest);

  /** A manifest or index of the same repository, by tag; empty when there is none. */
  Outcome<Optional<Document>> tagged(String tag);

  /** What refers to a manifest (distribution-spec, "Listing Referrers"); all types when empty. */
  Outcome<List<Descriptor>> referrers(Digest subject, String artifactType);

  /** A blob; that it exists is known when it is read. */
  Outcome<Blob> blob(Descriptor descriptor);

  /** A small blob, whole, checked against digest and size. */
  default Outcome<byte[]> small(Descriptor descriptor, int maxBytes) {
    return SmallBlob.read(this, descriptor, maxBytes);
  }

  @Override
  default void close() {}
}
