package dev.theca.image.remote;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageRef;
import dev.theca.image.ImageWriter;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes into a repository of a registry. A manifest with a subject is listed among the referrers
 * of that subject: by the registry, or in the fallback tag where the registry does not know how.
 */
final class RemoteWriter implements ImageWriter {
  private final ImageRef user;
  private final Repository place;
  private final ReentrantLock listing = new ReentrantLock();

  RemoteWriter(ImageRef user, Repository place) {
    this.user = user;
    this.place = place;
  }

  @Override
  public String name() {
    return user.toString();
  }

  @Override
  public Outcome<Boolean> has(Descriptor blob) {
    return place.has(blob);
  }

  @Override
  public Outcome<Boolean> mount(Descriptor blob, ImageRef from) {
    return from.registry().equals(place.host().name()) && !from.repository().equals(place.name())
        ? UploadSession.mount(place, blob, from.repository())
        : Outcome.granted(false);
  }

  @Override
  public Outcome<BlobUpload> upload() {
    return Outcome.granted(new RemoteUpload(place));
  }

  @Override
  public Outcome<Digest> put(Document document) {
    return stored(document, document.digest().toString());
  }

  @Override
  public Outcome<Digest> put(Document document, String tag) {
    if (!tag.matches("\\w[\\w.-]{0,127}"))
      return RemoteCode.IMAGE_REGISTRY_MISSING.no(
          "tag", "letters, digits, '_', '.' and '-'", "another form", "correct the tag");
    return stored(document, tag);
  }

  @Override
  public Outcome<Digest> putRoot(Document document) {
    var named = user.digest();
    if (named.isPresent() && !named.get().equals(document.digest()))
      return RemoteCode.IMAGE_REGISTRY_ANSWER.no(
          "digest of what is written to " + user,
          named.get().toString(),
          document.digest().toString(),
          "write to a tag instead of a digest");
    return stored(document, user.tag().isEmpty() ? document.digest().toString() : user.tag());
  }

  private Outcome<Digest> stored(Document document, String reference) {
    var subject = Referrers.subject(document);
    if (subject.isEmpty()) return place.put(document, reference).map(Repository.Stored::digest);
    listing.lock(); // two writers of one fallback tag would lose each other's entries
    try {
      return place
          .put(document, reference)
          .then(
              stored ->
                  stored.listed()
                      ? Outcome.granted(stored.digest())
                      : new Referrers(place)
                          .add(subject.get(), document)
                          .map(done -> stored.digest()));
    } finally {
      listing.unlock();
    }
  }
}
