package dev.theca.image.crypt;

import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;

/** Where key encryption keys come from: the KBS, a folder, a broker's administration. */
@FunctionalInterface
public interface KekSource {
  /** The 32 bytes behind a name such as {@code kbs:///default/image-kek/k1}; the caller closes. */
  Outcome<Secret> kek(String kid);
}
