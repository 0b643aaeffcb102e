package dev.theca.image.crypt;

import dev.theca.image.Descriptor;
import dev.theca.wire.Outcome;

/** Finds the key of an encrypted layer and begins to decrypt it. Safe for several threads. */
public interface LayerOpener {
  /**
   * Refused when no key packet of the layer can be opened; the reasons name each that was tried.
   */
  Outcome<OpenLayer> open(Descriptor layer);

  /** Decryption of one layer, first byte to last. Closing forgets the key. */
  interface OpenLayer extends AutoCloseable {
    /** Decrypts the next bytes in place; nothing may be believed before {@link #finish}. */
    void update(byte[] bytes, int from, int length);

    /**
     * After the last byte: refused unless the ciphertext is what was sealed (HMAC) and the
     * plaintext has the digest that the key packet names.
     */
    Outcome<Boolean> finish();

    @Override
    void close();
  }
}
