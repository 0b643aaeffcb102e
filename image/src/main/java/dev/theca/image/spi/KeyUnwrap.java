package dev.theca.image.spi;

import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;

/** Opens packets that {@link KeyWrap}s made, ours or those of the ecosystem's tools. */
public interface KeyUnwrap {
  /** Whether it can read packets under this annotation. */
  boolean reads(String annotation);

  /** The private options, JSON; refused when the packet is for somebody else or malformed. */
  Outcome<Secret> unwrap(String annotation, byte[] packet);
}
