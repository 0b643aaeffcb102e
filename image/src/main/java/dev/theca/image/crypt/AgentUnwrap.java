package dev.theca.image.crypt;

import dev.theca.image.spi.KeyUnwrap;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.security.GeneralSecurityException;

/**
 * Opens packets of Confidential Containers' key provider with keys from a {@link KekSource}. The
 * provider's name in the annotation says nothing: any is read.
 */
public final class AgentUnwrap implements KeyUnwrap {
  private final KekSource keys;

  public AgentUnwrap(KekSource keys) {
    this.keys = keys;
  }

  @Override
  public boolean reads(String annotation) {
    return annotation.startsWith(Annotations.PROVIDER);
  }

  @Override
  public Outcome<Secret> unwrap(String annotation, byte[] packet) {
    return AgentPacket.parse(packet)
        .then(
            parsed ->
                keys.kek(parsed.kid())
                    .then(
                        kek -> {
                          try (kek) {
                            return open(parsed, kek);
                          }
                        }));
  }

  private static Outcome<Secret> open(AgentPacket packet, Secret kek) {
    if (kek.sizeBytes() != 32)
      return CryptCode.KEK.refuse(
          "key encryption key " + packet.kid(),
          "32 bytes",
          kek.sizeBytes() + "",
          "store a key of 32 raw bytes under this name");
    try {
      return Outcome.granted(Secret.moveFrom(KekCipher.open(kek, packet.iv(), packet.wrapped())));
    } catch (GeneralSecurityException e) {
      return CryptCode.PACKET.refuse(
          "key packet for " + packet.kid(),
          "one that this key made",
          "another key's, or altered bytes",
          "seal the image for the key that is stored under this name");
    }
  }
}
