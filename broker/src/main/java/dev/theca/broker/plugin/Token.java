package dev.theca.broker.plugin;

import dev.theca.broker.spi.Plugin;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.AuthProvider;
import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import javax.security.auth.login.LoginException;

/**
 * A token behind a PKCS#11 module, by the JDK's SunPKCS11. Secrets are generic secret objects
 * (CKO_SECRET_KEY, CKK_GENERIC_SECRET) with their name as label, not sensitive, so that they can be
 * read back after login. RSA pairs are found by the label of their certificate: SunPKCS11 sees a
 * private key only beside a certificate of the same CKA_ID. Of RSA decryption SunPKCS11 has PKCS#1
 * v1.5 and the raw operation (CKM_RSA_X_509), and no OAEP.
 *
 * @throws Plugin.Unavailable from every method when the token does not do what it is asked
 */
final class Token implements AutoCloseable {
  private static final String SECRETS =
      """
      attributes(*,CKO_SECRET_KEY,CKK_GENERIC_SECRET) = {
        CKA_SENSITIVE = false
        CKA_EXTRACTABLE = true
        CKA_PRIVATE = true
      }
      attributes(generate,CKO_PRIVATE_KEY,CKK_RSA) = {
        CKA_SENSITIVE = true
        CKA_EXTRACTABLE = false
        CKA_DECRYPT = true
        CKA_SIGN = true
      }
      """;

  private final Provider provider;
  private final KeyStore objects;

  private Token(Provider provider, KeyStore objects) {
    this.provider = provider;
    this.objects = objects;
  }

  /**
   * Logs in, once: a wrong PIN is not tried twice, because tokens count.
   *
   * @throws IllegalArgumentException when the module or the slot is not there, or the PIN is wrong
   */
  static Token open(Path module, int slotIndex, char[] pin) {
    String configuration =
        "--name=theca\nlibrary=" + module + "\nslotListIndex=" + slotIndex + "\n" + SECRETS;
    try {
      var provider = Security.getProvider("SunPKCS11").configure(configuration);
      var objects = KeyStore.getInstance("PKCS11", provider);
      objects.load(null, pin);
      return new Token(provider, objects);
    } catch (GeneralSecurityException
        | IOException
        | ProviderException
        | InvalidParameterException e) {
      throw new IllegalArgumentException(
          "no login to slot " + slotIndex + " of " + module + ": " + deepest(e), e);
    }
  }

  private static String deepest(Throwable e) {
    Throwable at = e;
    for (int i = 0; i < 10; i++) {
      Throwable cause = at.getCause();
      if (cause == null) break;
      at = cause;
    }
    return String.valueOf(at.getMessage());
  }

  /** A secret's bytes. */
  Optional<byte[]> read(String label) {
    try {
      if (!known(label) || !(objects.getKey(label, null) instanceof SecretKey key))
        return Optional.empty();
      byte[] bytes = key.getEncoded();
      if (bytes == null) throw down("the secret " + label + " cannot be read");
      return Optional.of(bytes);
    } catch (GeneralSecurityException | ProviderException e) {
      throw down("cannot read " + label, e);
    }
  }

  /** Objects that another process made are found by looking again. */
  private boolean known(String label) throws GeneralSecurityException {
    if (objects.containsAlias(label)) return true;
    try {
      objects.load(null, null);
    } catch (IOException e) {
      throw new GeneralSecurityException("cannot list the token", e);
    }
    return objects.containsAlias(label);
  }

  /** Stores a secret, in the place of one of the same label. */
  void write(String label, byte[] secret) {
    try {
      boolean unused = known(label);
      objects.setKeyEntry(label, new SecretKeySpec(secret, "Generic"), null, null);
    } catch (GeneralSecurityException | ProviderException e) {
      throw down("cannot write " + label, e);
    }
  }

  /** Whether there was one to delete. */
  boolean delete(String label) {
    try {
      if (!known(label)) return false;
      objects.deleteEntry(label);
      return true;
    } catch (GeneralSecurityException | ProviderException e) {
      throw down("cannot delete " + label, e);
    }
  }

  /** The public half of an RSA pair. */
  Optional<RSAPublicKey> publicKey(String label) {
    try {
      if (!known(label)) return Optional.empty();
      Certificate certificate = objects.getCertificate(label);
      return certificate != null && certificate.getPublicKey() instanceof RSAPublicKey rsa
          ? Optional.of(rsa)
          : Optional.empty();
    } catch (GeneralSecurityException | ProviderException e) {
      throw down("cannot read " + label, e);
    }
  }

  /** The raw private operation; as many bytes as the modulus has. */
  byte[] raw(String label, byte[] input, int modulusBytes) {
    try {
      if (!(objects.getKey(label, null) instanceof PrivateKey key))
        throw down("no private key " + label);
      var cipher = Cipher.getInstance("RSA/ECB/NoPadding", provider);
      cipher.init(Cipher.DECRYPT_MODE, key);
      byte[] out = cipher.doFinal(input);
      if (out.length == modulusBytes) return out;
      byte[] padded = new byte[modulusBytes];
      System.arraycopy(out, 0, padded, modulusBytes - out.length, out.length);
      Arrays.fill(out, (byte) 0);
      return padded;
    } catch (GeneralSecurityException | ProviderException e) {
      throw down("cannot use the private key " + label, e);
    }
  }

  /** Makes an RSA pair that stays inside, with a self-signed certificate to be found by. */
  void generate(String label, int bits, Instant now) {
    try {
      var generator = KeyPairGenerator.getInstance("RSA", provider);
      generator.initialize(bits);
      var pair = generator.generateKeyPair();
      byte[] spki = pair.getPublic().getEncoded();
      byte[] name = X509Writer.name(label);
      byte[] der =
          X509Writer.certificate(
              new Signing(pair.getPrivate(), pair.getPublic(), provider),
              name,
              new X509Writer.Subject(name, spki),
              Authority.serial(new SecureRandom()),
              new X509Writer.Validity(now, now.plus(Duration.ofDays(36500))),
              X509Writer.end(spki, X509Writer.keyId(spki), true));
      var certificate =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
      objects.setKeyEntry(label, pair.getPrivate(), null, new Certificate[] {certificate});
    } catch (GeneralSecurityException | ProviderException e) {
      throw down("cannot make the pair " + label, e);
    }
  }

  private static Plugin.Unavailable down(String what) {
    return down(what, new IllegalStateException("the token holds another kind of object"));
  }

  private static Plugin.Unavailable down(String what, Throwable cause) {
    return new Plugin.Unavailable("PKCS#11: " + what, cause);
  }

  @Override
  public void close() {
    try {
      if (provider instanceof AuthProvider login) login.logout();
    } catch (LoginException e) {
      throw down("cannot log out", e);
    }
  }
}
