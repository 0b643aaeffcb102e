package dev.theca.broker.token;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Optional;

/**
 * ES256 as JWS writes it (RFC 7518, section 3.4: r and s, 32 bytes each). Amazon's Corretto
 * provider signs when it loads on this machine, the JDK otherwise; both take the same keys. A key
 * is prepared once ({@link #prepared}), because moving it between providers costs as much as a
 * signature.
 */
public final class EcdsaSigning {
  private static final String ES256 = "SHA256withECDSAinP1363Format";
  private static final Optional<Provider> FAST = fast();

  private EcdsaSigning() {}

  private static Optional<Provider> fast() {
    var provider = AmazonCorrettoCryptoProvider.INSTANCE;
    return provider.getLoadingError() == null && provider.getService("Signature", ES256) != null
        ? Optional.of(provider)
        : Optional.empty();
  }

  /** The provider that is used, for the log at start. */
  public static String providerName() {
    return FAST.map(Provider::getName).orElse("JDK");
  }

  /** The provider that signs and verifies fastest here; empty when it is the JDK's own choice. */
  static Optional<Provider> provider() {
    return FAST;
  }

  /** The same key in the form that the provider works with. */
  public static PrivateKey prepared(PrivateKey key) {
    return (PrivateKey) translated(key);
  }

  /** The same key in the form that the provider works with. */
  public static PublicKey prepared(PublicKey key) {
    return (PublicKey) translated(key);
  }

  private static Key translated(Key key) {
    if (FAST.isEmpty()) return key;
    try {
      return KeyFactory.getInstance(key.getAlgorithm(), FAST.get()).translateKey(key);
    } catch (GeneralSecurityException e) {
      return key; // a kind that the provider does not take stays as it is
    }
  }

  /** Signs; a fault when the key is not on P-256. */
  public static byte[] sign(PrivateKey key, byte[] message) {
    try {
      var signature = signature();
      signature.initSign(key);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign with this P-256 key", e);
    }
  }

  /** Whether the signature is of this key; anything malformed is a no. */
  public static boolean verify(PublicKey key, byte[] message, byte[] raw) {
    if (raw.length != 64) return false;
    try {
      var signature = signature();
      signature.initVerify(key);
      signature.update(message);
      return signature.verify(raw);
    } catch (InvalidKeyException e) {
      throw new IllegalArgumentException("not a P-256 key", e);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static Signature signature() throws GeneralSecurityException {
    return FAST.isPresent()
        ? Signature.getInstance(ES256, FAST.get())
        : Signature.getInstance(ES256);
  }
}
