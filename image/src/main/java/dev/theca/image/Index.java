package dev.theca.image;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An image index, or Docker's manifest list: manifests for several platforms. */
public record Index(Document document, List<Descriptor> manifests) {
  private static final int MAX_MANIFESTS = 1024;

  public static Outcome<Index> parse(Document document) {
    if (!document.isIndex()) return Manifest.bad("an image index", document.mediaType());
    return document
        .json()
        .then(
            json -> {
              var list = json.array("manifests").orElse(List.of());
              if (list.size() > MAX_MANIFESTS)
                return Manifest.bad("at most " + MAX_MANIFESTS + " manifests", list.size() + "");
              var manifests = new ArrayList<Descriptor>();
              for (JsonValue item : list) {
                var one = Descriptor.parse(item);
                if (one instanceof Outcome.Refused<Descriptor> no) return no.as();
                manifests.add(one.orThrow());
              }
              return Outcome.granted(new Index(document, List.copyOf(manifests)));
            });
  }

  /** The first entry for a platform, as containers/image and containerd choose. */
  public Optional<Descriptor> forPlatform(Platform wanted) {
    return manifests.stream()
        .filter(entry -> entry.platform().map(p -> p.fits(wanted)).orElse(false))
        .findFirst();
  }
}
