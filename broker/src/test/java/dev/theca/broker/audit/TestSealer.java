package dev.theca.broker.audit;

import dev.theca.broker.seal.Sealer;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-256-GCM under one key that all replicas of a test share. */
public final class TestSealer implements Sealer {
  private final SecretKeySpec key = new SecretKeySpec(new byte[32], "AES");
  private final SecureRandom random = new SecureRandom();

  @Override
  public byte[] seal(String context, byte[] plain) {
    byte[] iv = new byte[12];
    random.nextBytes(iv);
    byte[] out = Arrays.copyOf(iv, 12 + plain.length + 16);
    byte[] sealed = run(Cipher.ENCRYPT_MODE, iv, context, plain);
    System.arraycopy(sealed, 0, out, 12, sealed.length);
    return out;
  }

  @Override
  public Secret open(String context, byte[] sealed) {
    byte[] iv = Arrays.copyOf(sealed, 12);
    return Secret.moveFrom(
        run(Cipher.DECRYPT_MODE, iv, context, Arrays.copyOfRange(sealed, 12, sealed.length)));
  }

  private byte[] run(int mode, byte[] iv, String context, byte[] in) {
    try {
      var cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(128, iv));
      cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
      return cipher.doFinal(in);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealed for another context, or damaged", e);
    }
  }
}
