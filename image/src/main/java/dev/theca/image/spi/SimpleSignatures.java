package dev.theca.image.spi;

import dev.theca.image.ImageRef;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.util.List;

/** A place of detached simple-signing signatures: a lookaside server, a registry's extension. */
public interface SimpleSignatures {
  /**
   * The signatures that the place has for a manifest, in its order, unverified; empty when none.
   * Bounded in count and size.
   */
  Outcome<List<byte[]>> of(ImageRef image, Digest manifest);
}
