package dev.theca.image.remote;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageReader;
import dev.theca.image.Index;
import dev.theca.image.Manifest;
import dev.theca.image.Platform;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Goes from a name to the image for a platform: through indexes, and indexes in indexes, checking
 * every digest and size on the way. An image without an index is taken as it is.
 */
public final class ManifestResolver {
  private static final int MAX_LEVELS = 4;

  private ManifestResolver() {}

  public static Outcome<ResolvedImage> resolve(ImageReader reader, Platform platform) {
    return reader.root().then(root -> resolve(reader, root, platform));
  }

  /** The same from a document that was read before. */
  public static Outcome<ResolvedImage> resolve(
      ImageReader reader, Document root, Platform platform) {
    Document at = root;
    for (int level = 0; at.isIndex(); level++) {
      if (level == MAX_LEVELS)
        return no(reader, "at most " + MAX_LEVELS + " indexes in each other", "more");
      var chosen = Index.parse(at).then(index -> choose(reader, index, platform));
      if (chosen instanceof Outcome.Refused<Descriptor> no) return no.as();
      var next = fetch(reader, chosen.orThrow());
      if (next instanceof Outcome.Refused<Document> no) return no.as();
      at = next.orThrow();
    }
    Document document = at;
    return Manifest.parse(document).map(manifest -> new ResolvedImage(root, document, manifest));
  }

  /** The entry for the platform; else an index that says nothing about platforms. */
  private static Outcome<Descriptor> choose(ImageReader reader, Index index, Platform platform) {
    Optional<Descriptor> nested =
        index.manifests().stream()
            .filter(entry -> entry.platform().isEmpty())
            .filter(
                entry ->
                    entry.mediaType().equals(Manifest.OCI_INDEX)
                        || entry.mediaType().equals(Manifest.DOCKER_LIST))
            .findFirst();
    // one entry without a platform: an index that was made to carry a name only
    Optional<Descriptor> only =
        index.manifests().size() == 1
            ? index.manifests().stream().filter(entry -> entry.platform().isEmpty()).findFirst()
            : Optional.empty();
    return index
        .forPlatform(platform)
        .or(() -> nested)
        .or(() -> only)
        .<Outcome<Descriptor>>map(Outcome::granted)
        .orElseGet(() -> no(reader, "one for " + platform, "one for " + platforms(index)));
  }

  private static String platforms(Index index) {
    return index.manifests().stream()
        .flatMap(entry -> entry.platform().stream())
        .map(Platform::toString)
        .limit(20)
        .collect(Collectors.joining(", "));
  }

  private static Outcome<Document> fetch(ImageReader reader, Descriptor entry) {
    Digest digest = entry.digest();
    return reader
        .document(digest)
        .then(
            found -> {
              if (found.isEmpty()) return no(reader, "manifest " + digest, "none");
              int size = found.get().bytes().length;
              return size == entry.size()
                  ? Outcome.granted(found.get())
                  : no(reader, entry.size() + " bytes in manifest " + digest, size + "");
            });
  }

  private static <T> Outcome<T> no(ImageReader reader, String expected, String found) {
    return RemoteCode.IMAGE_REGISTRY_MISSING.no(
        "image " + reader.name(), expected, found, "push an image for this platform");
  }
}
