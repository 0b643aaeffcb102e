package dev.theca.image.copy;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.Manifest;
import dev.theca.wire.Digest;
import java.util.List;

/**
 * What a copy made: the document that the new name stands for, and for each platform the manifest
 * it was made from and the one that it became.
 */
public record Copied(Document root, List<Image> images) {
  /** One platform's image. */
  public record Image(Digest source, Manifest manifest) {
    public List<Descriptor> layers() {
      return manifest.layers();
    }
  }

  public Copied {
    images = List.copyOf(images);
  }
}
