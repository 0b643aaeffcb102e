package dev.theca.cli.seal;

import dev.theca.cli.broker.Documents;
import dev.theca.image.crypt.AgentWrap;
import dev.theca.image.crypt.KekSink;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.kbs.KbsUri;

/**
 * The key of one image at the broker: made when there is none, used again when the same image is
 * sealed to the same name again. It is never overwritten.
 */
final class BrokerKek {
  private static final int KEK_BYTES = 32;

  private final Documents documents;

  BrokerKek(Documents documents) {
    this.documents = documents;
  }

  /** The recipient that whoever may have the key is. */
  Outcome<AgentWrap> recipient(String path) {
    var uri = new KbsUri(path);
    return documents
        .read(path)
        .then(
            found -> {
              if (found.isEmpty())
                return Outcome.granted(AgentWrap.fresh(uri, creating(path), AgentWrap.Form.V2));
              if (found.get().sizeBytes() == KEK_BYTES)
                return Outcome.granted(
                    AgentWrap.of(
                        uri, found.get(), (kid, kek) -> Outcome.granted(true), AgentWrap.Form.V2));
              found.get().close();
              return Outcome.refused(
                  Code.of("seal-key"),
                  "resource " + uri,
                  "an image key of 32 bytes, or nothing",
                  "something else",
                  "choose another name: --key");
            });
  }

  private KekSink creating(String path) {
    return (kid, kek) -> documents.create(path, kek);
  }
}
