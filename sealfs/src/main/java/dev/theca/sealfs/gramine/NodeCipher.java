package dev.theca.sealfs.gramine;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-128-GCM as the format uses it: IV of twelve zeroes, no additional data. That is safe only
 * because each key is random and encrypts once; {@link #seal} must never see a key twice. For one
 * thread.
 */
final class NodeCipher {
  private static final GCMParameterSpec ZERO_IV = new GCMParameterSpec(128, new byte[12]);

  private final Cipher encrypt = gcm();
  private final Cipher decrypt = gcm();

  private static Cipher gcm() {
    try {
      return Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks AES-GCM", e);
    }
  }

  /** Writes {@code length} bytes of ciphertext and 16 of tag to {@code out}; arrays differ. */
  void seal(byte[] keys, int keyAt, byte[] plain, int from, int length, byte[] out, int at) {
    try {
      encrypt.init(Cipher.ENCRYPT_MODE, key(keys, keyAt), ZERO_IV);
      encrypt.doFinal(plain, from, length, out, at);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM refuses to encrypt", e);
    }
  }

  /**
   * Opens {@code length} bytes of ciphertext with the tag behind them; false when the tag does not
   * hold, and then {@code out} must not be used.
   */
  boolean open(byte[] keys, int keyAt, byte[] sealed, int from, int length, byte[] out, int at) {
    try {
      decrypt.init(Cipher.DECRYPT_MODE, key(keys, keyAt), ZERO_IV);
      decrypt.doFinal(sealed, from, length + Layout.TAG, out, at);
      return true;
    } catch (AEADBadTagException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM refuses to decrypt", e);
    }
  }

  /** Opens a node whose tag is kept elsewhere; {@code sealed} needs 16 bytes of room behind it. */
  boolean open(byte[] entry, int entryAt, byte[] sealed, int from, byte[] out, int at) {
    byte[] behind = new byte[Layout.TAG];
    int end = from + Layout.NODE;
    System.arraycopy(sealed, end, behind, 0, Layout.TAG);
    System.arraycopy(entry, entryAt + Layout.KEY, sealed, end, Layout.TAG);
    boolean holds = open(entry, entryAt, sealed, from, Layout.NODE, out, at);
    System.arraycopy(behind, 0, sealed, end, Layout.TAG);
    return holds;
  }

  private static SecretKeySpec key(byte[] keys, int at) {
    return new SecretKeySpec(keys, at, Layout.KEY, "AES");
  }
}
