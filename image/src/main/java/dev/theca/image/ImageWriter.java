package dev.theca.image;

import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;

/**
 * Where an image is written: a repository of a registry, an OCI layout. Safe for several threads.
 * Manifests come after the blobs that they name. Refused is what the place answers; a place that
 * cannot be reached is an {@link ImageException}.
 */
public interface ImageWriter extends AutoCloseable {
  /** The name of the image as its user gave it, for messages. */
  String name();

  /** Whether the place has the blob already. */
  Outcome<Boolean> has(Descriptor blob);

  /**
   * Takes a blob over from another repository of the same place (distribution-spec, "Mounting a
   * blob from another repository"); false when that was not possible, which is no fault.
   */
  Outcome<Boolean> mount(Descriptor blob, ImageRef from);

  /** Begins a blob whose digest is known only at its end. */
  Outcome<BlobUpload> upload();

  /** Stores a manifest or index under its digest. */
  Outcome<Digest> put(Document document);

  /** Stores a manifest or index under its digest and a tag of the same repository. */
  Outcome<Digest> put(Document document, String tag);

  /** Stores the manifest or index that the name shall stand for from now on. */
  Outcome<Digest> putRoot(Document document);

  @Override
  default void close() {}

  /** A blob on its way. Closing it before {@link #finish} throws it away. */
  interface BlobUpload extends AutoCloseable {
    /** The next bytes; they may be kept back until there are enough for one request. */
    void write(byte[] bytes, int from, int length);

    /** Ends the blob; refused when the place counted another digest. */
    Outcome<Boolean> finish(Digest digest);

    @Override
    void close();
  }
}
