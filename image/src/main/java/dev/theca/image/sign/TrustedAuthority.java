package dev.theca.image.sign;

import dev.theca.wire.x509.Certificate;
import java.util.List;

/** An authority that is believed: its certificates, the last one the root, and when it was used. */
record TrustedAuthority(List<Certificate> chain, Validity use) {
  TrustedAuthority {
    chain = List.copyOf(chain);
  }
}
