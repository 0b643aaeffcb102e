package dev.theca.image.crypt;

import dev.theca.image.Descriptor;
import dev.theca.image.spi.KeyWrap;
import dev.theca.wire.Outcome;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Encrypts layers for recipients, as ocicrypt's tools read it. Each layer has its own random key
 * and nonce. Safe for several threads; one layer each.
 */
public final class LayerSealer {
  private final List<KeyWrap> recipients;
  private final SecureRandom random = new SecureRandom();

  /** At least one recipient. */
  public LayerSealer(List<KeyWrap> recipients) {
    if (recipients.isEmpty()) throw new IllegalArgumentException("a layer needs a recipient");
    this.recipients = List.copyOf(recipients);
  }

  /** Begins a layer that is known: in the end it must have been these bytes. */
  public Outcome<SealingLayer> begin(Descriptor plain) {
    return LayerTypes.encrypted(plain.mediaType())
        .map(type -> sealing(type, plain.annotations(), Optional.of(plain)));
  }

  /** Begins a layer whose bytes are made on the way. */
  public Outcome<SealingLayer> begin(String mediaType) {
    return LayerTypes.encrypted(mediaType).map(type -> sealing(type, Map.of(), Optional.empty()));
  }

  private SealingLayer sealing(
      String type, Map<String, String> annotations, Optional<Descriptor> plain) {
    return new SealingLayer(type, annotations, plain, recipients, random);
  }
}
