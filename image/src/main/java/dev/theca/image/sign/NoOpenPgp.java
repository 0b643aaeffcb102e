package dev.theca.image.sign;

import dev.theca.image.spi.OpenPgp;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.time.Instant;
import java.util.List;

/** Where no OpenPGP is on board (decisions/0001: its jar stays out of enclaves). */
enum NoOpenPgp implements OpenPgp {
  INSTANCE;

  @Override
  public Outcome<Verified> verify(byte[] message, List<byte[]> keyrings, Instant now) {
    return absent();
  }

  @Override
  public Outcome<byte[]> sign(byte[] payload, Secret keyring, Secret passphrase, Instant now) {
    return absent();
  }

  static <T> Outcome<T> absent() {
    return SignCode.NO_OPENPGP.refused(
        "requirement signedBy",
        "a reader of OpenPGP in this process",
        "none: enclaves carry no OpenPGP",
        "sign the image with a sigstore key as well and ask for sigstoreSigned");
  }
}
