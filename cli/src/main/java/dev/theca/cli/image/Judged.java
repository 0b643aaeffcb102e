package dev.theca.cli.image;

import dev.theca.image.Document;
import dev.theca.image.ImageReader;
import dev.theca.image.copy.ImageCopy;
import dev.theca.image.remote.ManifestResolver;
import dev.theca.image.sign.Accepted;
import dev.theca.image.sign.ImagePolicy;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.time.InstantSource;
import java.util.Set;

/** An image that a policy accepted, as it was read then. */
record Judged(Document root, Accepted accepted) {
  /**
   * Reads and judges. A signature may be over the index or over the chosen image; where all images
   * are wanted it must be over the index.
   */
  static Outcome<Judged> of(
      Place place, ImageReader reader, ImageCopy.Choice choice, ImagePolicy policy) {
    return reader
        .root()
        .then(
            root ->
                digests(reader, root, choice)
                    .then(
                        digests ->
                            policy.accept(
                                place.name(), root, digests, reader, InstantSource.system()))
                    .map(accepted -> new Judged(root, accepted)));
  }

  private static Outcome<Set<Digest>> digests(
      ImageReader reader, Document root, ImageCopy.Choice choice) {
    return switch (choice) {
      case ImageCopy.Choice.All() -> Outcome.granted(Set.of(root.digest()));
      case ImageCopy.Choice.One(var platform) ->
          ManifestResolver.resolve(reader, root, platform).map(one -> Set.copyOf(one.digests()));
    };
  }
}
