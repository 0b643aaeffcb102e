package dev.theca.image.spi;

import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;

/**
 * One recipient of encrypted layers: wraps a layer's private options (ocicrypt, "key wrapping").
 */
public interface KeyWrap {
  /**
   * The annotation that carries its packets, for example {@code
   * org.opencontainers.image.enc.keys.jwe}.
   */
  String annotation();

  /** A packet that only the recipient opens; refused when it cannot be made or its key not kept. */
  Outcome<byte[]> wrap(Secret privateOptions);

  /** Who the recipient is, for people: a key's thumbprint, a certificate's subject, a URI. */
  String recipient();
}
