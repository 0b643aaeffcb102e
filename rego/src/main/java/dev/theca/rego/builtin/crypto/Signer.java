package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.BuiltinFault;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.Signature;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.KeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signs what a policy says with a key that it brings. Equal data and key give equal signatures:
 * what others draw by chance is derived from both ({@link Derived}).
 */
final class Signer {
  private Signer() {}

  static byte[] sign(Key key, String algorithm, byte[] data) throws BuiltinFault {
    var hash = Hash.ofAlgorithm(algorithm);
    return switch (algorithm.substring(0, 2)) {
      case "HS" -> {
        if (!(key instanceof Key.Shared(Bytes bytes))) throw wrong(algorithm);
        yield hash.mac(bytes.array(), data);
      }
      case "RS" -> {
        if (!(key instanceof Key.RsaPrivate rsa)) throw wrong(algorithm);
        yield made(hash.name() + "withRSA", null, "RSA", spec(rsa), rsa.d().toByteArray(), data);
      }
      case "PS" -> {
        if (!(key instanceof Key.RsaPrivate rsa)) throw wrong(algorithm);
        var pss = hash.pss(hash.bytes());
        yield made("RSASSA-PSS", pss, "RSA", spec(rsa), rsa.d().toByteArray(), data);
      }
      case "ES" -> {
        if (!(key instanceof Key.EcPrivate ec)) throw wrong(algorithm);
        var spec = new ECPrivateKeySpec(ec.d(), ec.open().curve().parameters());
        String name = hash.name() + "withECDSAinP1363Format";
        yield made(name, null, "EC", spec, ec.d().toByteArray(), data);
      }
      default -> {
        if (!(key instanceof Key.EdPrivate ed)) throw wrong(algorithm);
        var spec = new EdECPrivateKeySpec(NamedParameterSpec.ED25519, ed.seed().array());
        yield made("Ed25519", null, "Ed25519", spec, ed.seed().array(), data);
      }
    };
  }

  private static BuiltinFault wrong(String algorithm) {
    return new BuiltinFault("failed to sign payload: the key is none for " + algorithm);
  }

  private static KeySpec spec(Key.RsaPrivate key) throws BuiltinFault {
    int bits = key.open().modulus().bitLength();
    if (bits < Judge.MIN_RSA_BITS)
      throw new BuiltinFault("crypto/rsa: " + bits + "-bit keys are insecure");
    return new RSAPrivateCrtKeySpec(
        key.open().modulus(),
        key.open().exponent(),
        key.d(),
        key.p(),
        key.q(),
        key.dp(),
        key.dq(),
        key.inverse());
  }

  private static byte[] made(
      String algorithm,
      @Nullable PSSParameterSpec parameters,
      String kind,
      KeySpec spec,
      byte[] secret,
      byte[] data)
      throws BuiltinFault {
    try {
      PrivateKey key = KeyFactory.getInstance(kind).generatePrivate(spec);
      var signer = Signature.getInstance(algorithm);
      if (parameters != null) signer.setParameter(parameters);
      signer.initSign(key, new Derived(secret, data));
      signer.update(data);
      return signer.sign();
    } catch (GeneralSecurityException | ProviderException | ArithmeticException e) {
      throw new BuiltinFault("failed to sign payload: the key cannot be used for " + algorithm);
    }
  }
}
