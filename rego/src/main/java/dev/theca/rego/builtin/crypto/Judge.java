package dev.theca.rego.builtin.crypto;

import dev.theca.wire.der.Der;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Whether signatures hold. What the JDK cannot take, such as a key too short, holds nothing. */
final class Judge {
  /** Go takes no shorter RSA keys. */
  static final int MIN_RSA_BITS = 1024;

  private static final int MAX_RSA_BITS = 16_384;
  private static final int MAX_EXPONENT_BITS = 31;

  private Judge() {}

  static boolean pkcs1(Key.Rsa key, Hash hash, byte[] data, byte[] signature) {
    return fits(key) && holds(hash.name() + "withRSA", null, () -> rsa(key), data, signature);
  }

  /** PSS with a salt of this size; negative: of any size. */
  static boolean pss(Key.Rsa key, Hash hash, int salt, byte[] data, byte[] signature) {
    if (!fits(key)) return false;
    int size = salt < 0 ? Salt.size(key, hash, signature) : salt;
    return size >= 0 && holds("RSASSA-PSS", hash.pss(size), () -> rsa(key), data, signature);
  }

  /** {@code r} and {@code s}, one half of the bytes each. */
  static boolean ecdsa(Key.Ec key, Hash hash, byte[] data, byte[] signature) {
    int half = signature.length / 2;
    var r = new BigInteger(1, Arrays.copyOf(signature, half));
    var s = new BigInteger(1, Arrays.copyOfRange(signature, half, signature.length));
    int most = 8 * key.curve().bytes();
    if (r.signum() == 0 || s.signum() == 0 || r.bitLength() > most || s.bitLength() > most)
      return false;
    return ecdsaDer(key, hash, data, Der.sequence(Der.integer(r), Der.integer(s)));
  }

  static boolean ecdsaDer(Key.Ec key, Hash hash, byte[] data, byte[] signature) {
    return holds(hash.name() + "withECDSA", null, () -> ec(key), data, signature);
  }

  static boolean ed25519(Key.Ed key, byte[] data, byte[] signature) {
    return signature.length == 64 && holds("Ed25519", null, () -> ed(key), data, signature);
  }

  private static boolean fits(Key.Rsa key) {
    int bits = key.modulus().bitLength();
    return bits >= MIN_RSA_BITS
        && bits <= MAX_RSA_BITS
        && key.modulus().testBit(0)
        && key.exponent().testBit(0)
        && key.exponent().signum() > 0
        && key.exponent().bitLength() <= MAX_EXPONENT_BITS;
  }

  private interface Made {
    PublicKey key() throws GeneralSecurityException;
  }

  private static boolean holds(
      String algorithm,
      @Nullable PSSParameterSpec parameters,
      Made made,
      byte[] data,
      byte[] signature) {
    try {
      var judge = Signature.getInstance(algorithm);
      if (parameters != null) judge.setParameter(parameters);
      judge.initVerify(made.key());
      judge.update(data);
      return judge.verify(signature);
    } catch (GeneralSecurityException | ProviderException e) {
      return false;
    }
  }

  private static PublicKey rsa(Key.Rsa key) throws GeneralSecurityException {
    return KeyFactory.getInstance("RSA")
        .generatePublic(new RSAPublicKeySpec(key.modulus(), key.exponent()));
  }

  private static PublicKey ec(Key.Ec key) throws GeneralSecurityException {
    return KeyFactory.getInstance("EC")
        .generatePublic(
            new ECPublicKeySpec(new ECPoint(key.x(), key.y()), key.curve().parameters()));
  }

  private static PublicKey ed(Key.Ed key) throws GeneralSecurityException {
    byte[] bigEndian = new byte[32];
    for (int i = 0; i < 32; i++) bigEndian[i] = key.point().array()[31 - i];
    boolean odd = bigEndian[0] < 0;
    bigEndian[0] &= 0x7F;
    return KeyFactory.getInstance("Ed25519")
        .generatePublic(
            new EdECPublicKeySpec(
                NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, bigEndian))));
  }
}
