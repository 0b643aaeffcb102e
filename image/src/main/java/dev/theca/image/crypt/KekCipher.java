package dev.theca.image.crypt;

import dev.theca.wire.secret.Secret;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-256-GCM without additional data, as packets of the attestation agent use it. */
final class KekCipher {
  private KekCipher() {}

  static byte[] seal(Secret kek, byte[] iv, byte[] plain) throws GeneralSecurityException {
    return run(Cipher.ENCRYPT_MODE, kek, iv, plain);
  }

  static byte[] open(Secret kek, byte[] iv, byte[] sealed) throws GeneralSecurityException {
    return run(Cipher.DECRYPT_MODE, kek, iv, sealed);
  }

  private static byte[] run(int mode, Secret kek, byte[] iv, byte[] data)
      throws GeneralSecurityException {
    return kek.<byte[], GeneralSecurityException>lend(
        raw -> {
          var cipher = Cipher.getInstance("AES/GCM/NoPadding");
          cipher.init(mode, new SecretKeySpec(raw, "AES"), new GCMParameterSpec(128, iv));
          return cipher.doFinal(data);
        });
  }
}
