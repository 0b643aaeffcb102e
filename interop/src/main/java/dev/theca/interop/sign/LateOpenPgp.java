package dev.theca.interop.sign;

import dev.theca.image.spi.OpenPgp;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.time.Instant;
import java.util.List;

/**
 * {@link BcOpenPgp}, whose signed jars are opened only when there is a message: that takes a tenth
 * of a second, and most images carry none.
 */
public final class LateOpenPgp implements OpenPgp {
  @Override
  public Outcome<Verified> verify(byte[] message, List<byte[]> keyrings, Instant now) {
    return new BcOpenPgp().verify(message, keyrings, now);
  }

  @Override
  public Outcome<byte[]> sign(byte[] payload, Secret keyring, Secret passphrase, Instant now) {
    return new BcOpenPgp().sign(payload, keyring, passphrase, now);
  }
}
