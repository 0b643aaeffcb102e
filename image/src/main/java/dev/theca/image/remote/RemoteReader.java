package dev.theca.image.remote;

import dev.theca.image.Blob;
import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageReader;
import dev.theca.image.ImageRef;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.util.List;
import java.util.Optional;

/** Reads a repository of a registry, or of its mirrors, under the name that its user gave. */
final class RemoteReader implements ImageReader {
  private final ImageRef user;
  private final Places places;

  RemoteReader(ImageRef user, Places places) {
    this.user = user;
    this.places = places;
  }

  @Override
  public String name() {
    return user.toString();
  }

  @Override
  public Outcome<Document> root() {
    return places
        .first(repository -> repository.manifest(user.reference(), user.digest()))
        .then(
            found ->
                found
                    .<Outcome<Document>>map(Outcome::granted)
                    .orElseGet(
                        () ->
                            RemoteCode.IMAGE_REGISTRY_MISSING.no(
                                "image " + user,
                                "a manifest at " + places,
                                "none",
                                "push it, or correct the image's name")));
  }

  @Override
  public Outcome<Optional<Document>> document(Digest digest) {
    return places.first(repository -> repository.manifest(digest.toString(), Optional.of(digest)));
  }

  @Override
  public Outcome<Optional<Document>> tagged(String tag) {
    if (!tag.matches("\\w[\\w.-]{0,127}"))
      return RemoteCode.IMAGE_REGISTRY_MISSING.no(
          "tag", "letters, digits, '_', '.' and '-'", "another form", "correct the tag");
    return places.first(repository -> repository.manifest(tag, Optional.empty()));
  }

  @Override
  public Outcome<List<Descriptor>> referrers(Digest subject, String artifactType) {
    return places
        .<List<Descriptor>>first(
            repository ->
                new Referrers(repository)
                    .list(subject, artifactType)
                    .map(found -> found.isEmpty() ? Optional.empty() : Optional.of(found)))
        .map(found -> found.orElse(List.of()));
  }

  @Override
  public Outcome<Blob> blob(Descriptor descriptor) {
    return Outcome.granted(new RemoteBlob(descriptor, places));
  }
}
