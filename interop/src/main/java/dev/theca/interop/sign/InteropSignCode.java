package dev.theca.interop.sign;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;

/** Why signatures of other tools were not read or written. */
public enum InteropSignCode implements Code {
  /** An OpenPGP message, or its key, does not hold. */
  OPENPGP("image-openpgp"),
  /** registries.d is malformed or contradicts itself. */
  REGISTRIES_D("image-registries-d"),
  /** A lookaside server or a registry's extension did not give signatures. */
  LOOKASIDE("image-lookaside"),
  /** A cosign key file, or its passphrase. */
  KEY_FILE("image-key-file"),
  /** A Notation signature, trust store or trust policy. */
  NOTATION("image-notation");

  private final String id;

  InteropSignCode(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }

  <T> Outcome<T> refused(String what, String expected, String found, String next) {
    return Outcome.refused(this, what, expected, found, next);
  }
}
