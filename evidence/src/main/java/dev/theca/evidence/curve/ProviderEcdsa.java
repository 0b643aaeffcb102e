package dev.theca.evidence.curve;

import dev.theca.wire.der.Der;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * ECDSA through a security provider: the JDK's, or an accelerator such as Amazon's Corretto
 * provider. Ranges are checked here, and an exception is a no: providers differ in both.
 */
public final class ProviderEcdsa implements EcdsaEngine {
  private static final int KEYS = 64;
  private static final String PLAIN = "NONEwithECDSAinP1363Format";

  private final Optional<Provider> provider;
  private final Map<EcKey, PublicKey> keys =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<EcKey, PublicKey> eldest) {
          return size() > KEYS;
        }
      };

  private ProviderEcdsa(Optional<Provider> provider) {
    this.provider = provider;
  }

  /** The JDK's own choice of provider. */
  public static ProviderEcdsa ofJdk() {
    return new ProviderEcdsa(Optional.empty());
  }

  public static ProviderEcdsa of(Provider provider) {
    return new ProviderEcdsa(Optional.of(provider));
  }

  @Override
  public boolean verify(EcKey key, byte[] hash, byte[] raw) {
    int size = key.curve.bytes;
    if (raw.length != 2 * size || !inRange(key.curve, raw, 0) || !inRange(key.curve, raw, size))
      return false;
    try {
      boolean plain = provider.isEmpty() || provider.get().getService("Signature", PLAIN) != null;
      String name = plain ? PLAIN : "NONEwithECDSA";
      var signature =
          provider.isPresent()
              ? Signature.getInstance(name, provider.get())
              : Signature.getInstance(name);
      signature.initVerify(key(key));
      signature.update(hash);
      return signature.verify(plain ? raw : der(raw, size));
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static byte[] der(byte[] raw, int size) {
    return Der.sequence(
        Der.integer(new BigInteger(1, Arrays.copyOf(raw, size))),
        Der.integer(new BigInteger(1, Arrays.copyOfRange(raw, size, 2 * size))));
  }

  private static boolean inRange(Curve curve, byte[] raw, int from) {
    var value = new BigInteger(1, Arrays.copyOfRange(raw, from, from + curve.bytes));
    return value.signum() > 0 && value.compareTo(curve.order) < 0;
  }

  private PublicKey key(EcKey key) throws GeneralSecurityException {
    synchronized (keys) {
      var there = keys.get(key);
      if (there != null) return there;
      var parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(key.curve == Curve.P256 ? "secp256r1" : "secp384r1"));
      var spec =
          new ECPublicKeySpec(
              new ECPoint(key.x, key.y), parameters.getParameterSpec(ECParameterSpec.class));
      var factory =
          provider.isPresent()
              ? KeyFactory.getInstance("EC", provider.get())
              : KeyFactory.getInstance("EC");
      PublicKey made = factory.generatePublic(spec);
      keys.put(key, made);
      return made;
    }
  }
}
