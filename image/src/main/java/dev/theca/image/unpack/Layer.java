package dev.theca.image.unpack;

import dev.theca.image.Blob;
import dev.theca.image.Descriptor;
import dev.theca.image.ImageReader;
import dev.theca.wire.Code;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer to unpack: what the manifest says of it, the digest of its plain archive as the image's
 * configuration has it, and its bytes.
 */
public record Layer(Descriptor descriptor, Digest diffId, Blob blob) {
  /** The layers of an image, bottom to top, with the diff ids of its configuration. */
  public static Outcome<List<Layer>> of(
      ImageReader image, List<Descriptor> descriptors, List<String> diffIds) {
    if (descriptors.size() != diffIds.size())
      return Outcome.refused(
          Code.of("image-manifest"),
          "image " + image.name(),
          descriptors.size() + " diff ids",
          diffIds.size() + "",
          "push the image again");
    var layers = new ArrayList<Layer>();
    for (int i = 0; i < descriptors.size(); i++) {
      Descriptor descriptor = descriptors.get(i);
      var layer =
          Digest.parse(diffIds.get(i))
              .then(id -> image.blob(descriptor).map(blob -> new Layer(descriptor, id, blob)));
      if (layer instanceof Outcome.Refused<Layer> no) return no.as();
      layers.add(layer.orThrow());
    }
    return Outcome.granted(List.copyOf(layers));
  }
}
