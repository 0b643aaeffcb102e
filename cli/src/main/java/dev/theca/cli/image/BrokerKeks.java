package dev.theca.cli.image;

import dev.theca.broker.BrokerAdmin;
import dev.theca.cli.broker.Documents;
import dev.theca.image.crypt.KekSink;
import dev.theca.wire.Outcome;
import dev.theca.wire.kbs.KbsUri;
import dev.theca.wire.secret.Secret;

/** New key encryption keys become resources of the broker, which never overwrites one. */
final class BrokerKeks implements KekSink {
  private final Documents documents;

  BrokerKeks(BrokerAdmin broker) {
    this.documents = new Documents(broker);
  }

  @Override
  public Outcome<Boolean> store(String kid, Secret kek) {
    return KbsUri.parse(kid).then(uri -> documents.create(uri.path(), kek));
  }
}
