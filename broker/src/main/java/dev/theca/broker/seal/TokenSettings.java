package dev.theca.broker.seal;

import java.nio.file.Path;

/**
 * Where a key-encryption key lives on a PKCS#11 token.
 *
 * @param module the vendor's library, such as {@code /usr/lib/softhsm/libsofthsm2.so}
 * @param token which token
 * @param keyLabel CKA_LABEL of the key
 * @param pinFile a file of mode 0600 with the user's PIN
 * @param createKey whether a missing key is generated on the token
 */
public record TokenSettings(
    Path module, Token token, String keyLabel, Path pinFile, boolean createKey) {
  public TokenSettings {
    if (!keyLabel.matches("[A-Za-z0-9_.-]{1,64}"))
      throw new SealFault("a key label is of 1 to 64 letters, digits and . _ -");
  }

  /** One token among those that the module sees. */
  public sealed interface Token {
    /** By CK_SLOT_ID. */
    record Slot(long id) implements Token {}

    /** By its place in the module's list of slots, from 0. */
    record SlotIndex(int index) implements Token {}

    /** By the label that it was initialised with; must be the only one of this label. */
    record Labelled(String label) implements Token {}
  }
}
