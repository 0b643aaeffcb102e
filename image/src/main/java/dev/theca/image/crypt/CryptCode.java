package dev.theca.image.crypt;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;

/** Why a layer is not opened or not sealed. */
public enum CryptCode implements Code {
  /** No key at hand opens a key packet of the layer. */
  NO_KEY("image-key"),
  /** The public or private options of the layer are malformed or contradict each other. */
  BAD_OPTIONS("image-crypt-options"),
  /** The ciphertext or the plaintext is not what was sealed. */
  ALTERED("image-altered-layer"),
  /** A key packet is malformed, or for somebody else. */
  PACKET("image-key-packet"),
  /** A recipient cannot be named, added or removed. */
  RECIPIENT("image-recipient"),
  /** A key file that holds no usable key. */
  KEY_FILE("image-key-file"),
  /** A key encryption key is not there, or was not stored. */
  KEK("image-kek");

  private final String id;

  CryptCode(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }

  public <T> Outcome<T> refuse(String what, String expected, String found, String next) {
    return Outcome.refused(reason(what, expected, found, next));
  }

  public Refusal reason(String what, String expected, String found, String next) {
    return new Refusal(this, what, expected, found, next);
  }
}
