package dev.theca.image.remote;

import dev.theca.image.Document;
import dev.theca.image.Manifest;
import dev.theca.wire.Digest;
import java.util.List;

/**
 * An image for one platform: what its name stood for ({@code root}), and its manifest. Signatures
 * may be over either, so both digests are kept.
 */
public record ResolvedImage(Document root, Document document, Manifest manifest) {
  /** The digests that a signature may be over: of the manifest, and of the index it came from. */
  public List<Digest> digests() {
    return root.digest().equals(document.digest())
        ? List.of(document.digest())
        : List.of(document.digest(), root.digest());
  }
}
