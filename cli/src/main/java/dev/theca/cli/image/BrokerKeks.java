package dev.theca.cli.image;

import dev.theca.cli.broker.Documents;
import dev.theca.image.crypt.KekSink;
import dev.theca.image.crypt.KekSource;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.kbs.KbsUri;
import dev.theca.wire.secret.Secret;
import java.util.Optional;

/**
 * Keys of images as resources of the broker: 32 bytes that whoever may have them is given. One that
 * is there is never overwritten; storing the same again is no fault.
 */
public final class BrokerKeks implements KekSink, KekSource {
  private static final int KEK_BYTES = 32;

  private final Documents documents;

  /** At the broker whose documents these are. */
  public BrokerKeks(Documents documents) {
    this.documents = documents;
  }

  @Override
  public Outcome<Boolean> store(String kid, Secret kek) {
    return KbsUri.parse(kid)
        .then(
            uri ->
                find(uri)
                    .then(
                        found -> found.isEmpty() ? create(uri, kek) : same(found.get(), uri, kek)));
  }

  private Outcome<Boolean> create(KbsUri uri, Secret kek) {
    return documents.create(uri.path(), kek);
  }

  private static Outcome<Boolean> same(Secret there, KbsUri uri, Secret kek) {
    try (there) {
      return there.sameAs(kek)
          ? Outcome.granted(true)
          : refused(uri, "a name that no other key has", "another key under it");
    }
  }

  @Override
  public Outcome<Secret> kek(String kid) {
    return KbsUri.parse(kid)
        .then(
            uri ->
                find(uri)
                    .then(
                        found ->
                            found
                                .map(Outcome::granted)
                                .orElseGet(() -> refused(uri, "an image key", "none"))));
  }

  /** The key; empty when there is none, refused when something else lies there. */
  public Outcome<Optional<Secret>> find(KbsUri uri) {
    return documents
        .read(uri.path())
        .then(
            found -> {
              if (found.isEmpty() || found.get().sizeBytes() == KEK_BYTES)
                return Outcome.granted(found);
              found.get().close();
              return refused(uri, "an image key of 32 bytes, or nothing", "something else");
            });
  }

  private static <T> Outcome<T> refused(KbsUri uri, String expected, String found) {
    return Outcome.refused(
        Code.of("seal-key"), "resource " + uri, expected, found, "choose another name for the key");
  }
}
