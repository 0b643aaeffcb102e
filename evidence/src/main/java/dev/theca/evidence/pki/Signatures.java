package dev.theca.evidence.pki;

import dev.theca.evidence.curve.Curve;
import dev.theca.evidence.curve.EcKey;
import dev.theca.evidence.curve.EcdsaEngine;
import dev.theca.wire.Digest;
import dev.theca.wire.der.DerReader;
import dev.theca.wire.x509.Certificate;
import dev.theca.wire.x509.Crl;
import dev.theca.wire.x509.PublicKeyInfo;
import dev.theca.wire.x509.SignatureAlgorithm;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Verifies signatures of every kind that the formats here use. What is malformed is not signed;
 * nothing throws. A link of a chain that held once is remembered by the hash of key, content and
 * signature: it stays true, only time and revocation change. Thread-safe.
 */
public final class Signatures {
  private final EcdsaEngine engine;
  private final Map<Digest, Boolean> links;

  /**
   * @param rememberedLinks how many certificate and list signatures are remembered; 0 for none
   */
  public Signatures(EcdsaEngine engine, int rememberedLinks) {
    this.engine = engine;
    this.links =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Digest, Boolean> eldest) {
            return size() > rememberedLinks;
          }
        };
    this.remembers = rememberedLinks > 0;
  }

  private final boolean remembers;

  /** Whether the issuer's key signed the certificate; names are not compared. */
  public boolean signed(Certificate issuer, Certificate certificate) {
    return link(issuer, certificate.algorithm(), certificate.tbs(), certificate.signature());
  }

  public boolean signed(Certificate issuer, Crl crl) {
    return link(issuer, crl.algorithm(), crl.tbs(), crl.signature());
  }

  private boolean link(
      Certificate issuer, SignatureAlgorithm algorithm, byte[] content, byte[] signature) {
    if (!remembers) return verify(issuer.key(), algorithm, content, signature);
    var hash = Digest.hasher("sha256");
    hash.update(issuer.spki());
    hash.update((byte) algorithm.ordinal());
    hash.update(content);
    hash.update(signature);
    var key = Digest.finish("sha256", hash);
    synchronized (links) {
      if (links.containsKey(key)) return true;
    }
    boolean good = verify(issuer.key(), algorithm, content, signature);
    if (good) {
      synchronized (links) {
        links.put(key, true);
      }
    }
    return good;
  }

  /** A signature in X.509's form: ECDSA as a DER sequence of r and s. */
  public boolean verify(
      PublicKeyInfo key, SignatureAlgorithm algorithm, byte[] content, byte[] signature) {
    return switch (algorithm) {
      case ECDSA_SHA256 -> ecdsaDer(key, "sha256", content, signature);
      case ECDSA_SHA384 -> ecdsaDer(key, "sha384", content, signature);
      case ECDSA_SHA512 -> ecdsaDer(key, "sha512", content, signature);
      case RSA_PKCS1_SHA256 -> rsa(key, "SHA256withRSA", Optional.empty(), content, signature);
      case RSA_PKCS1_SHA384 -> rsa(key, "SHA384withRSA", Optional.empty(), content, signature);
      case RSA_PKCS1_SHA512 -> rsa(key, "SHA512withRSA", Optional.empty(), content, signature);
      case RSA_PSS_SHA384 -> rsa(key, "RSASSA-PSS", Optional.of(pss(384)), content, signature);
      case RSA_PSS_SHA256 -> rsa(key, "RSASSA-PSS", Optional.of(pss(256)), content, signature);
      case OTHER -> false;
    };
  }

  private static PSSParameterSpec pss(int bits) {
    return new PSSParameterSpec(
        "SHA-" + bits,
        "MGF1",
        bits == 384 ? MGF1ParameterSpec.SHA384 : MGF1ParameterSpec.SHA256,
        bits / 8,
        1);
  }

  private boolean ecdsaDer(PublicKeyInfo key, String hash, byte[] content, byte[] der) {
    if (!(key instanceof PublicKeyInfo.Ec(String curve, byte[] xy))) return false;
    if (curve.equals(PublicKeyInfo.P521)) return jdkEcdsa(key, hash, content, der);
    var known = curve(curve);
    if (known.isEmpty()) return false;
    var raw = raw(der, known.get().bytes);
    return raw.isPresent() && ecdsa(known.get(), xy, hash, content, raw.get());
  }

  /** P-521 has no arithmetic of ours; the one format with it is rare. */
  private static boolean jdkEcdsa(PublicKeyInfo key, String hash, byte[] content, byte[] der) {
    return JdkEcdsa.verify(key, hash, content, der);
  }

  private static Optional<Curve> curve(String oid) {
    return switch (oid) {
      case PublicKeyInfo.P256 -> Optional.of(Curve.P256);
      case PublicKeyInfo.P384 -> Optional.of(Curve.P384);
      default -> Optional.empty();
    };
  }

  /** The key of a certificate as a point on a known curve. */
  public static Optional<EcKey> ecKey(PublicKeyInfo key) {
    return key instanceof PublicKeyInfo.Ec(String curve, byte[] xy)
        ? curve(curve).flatMap(c -> EcKey.of(c, xy))
        : Optional.empty();
  }

  /** A raw signature, r and s big-endian. */
  public boolean ecdsa(Curve curve, byte[] xy, String hash, byte[] content, byte[] raw) {
    return EcKey.of(curve, xy).filter(key -> ecdsa(key, hash, content, raw)).isPresent();
  }

  public boolean ecdsa(EcKey key, String hash, byte[] content, byte[] raw) {
    return engine.verify(key, Digest.hasher(hash).digest(content), raw);
  }

  private static Optional<byte[]> raw(byte[] der, int size) {
    try {
      var outer = new DerReader(der);
      var in = outer.sequence();
      outer.end();
      BigInteger r = in.integer();
      BigInteger s = in.integer();
      in.end();
      if (r.signum() <= 0 || s.signum() <= 0) return Optional.empty();
      if (r.bitLength() > size * 8 || s.bitLength() > size * 8) return Optional.empty();
      byte[] raw = new byte[2 * size];
      fill(r, raw, size);
      fill(s, raw, 2 * size);
      return Optional.of(raw);
    } catch (DerReader.Malformed e) {
      return Optional.empty();
    }
  }

  private static void fill(BigInteger value, byte[] out, int end) {
    byte[] big = value.toByteArray();
    int from = big[0] == 0 ? 1 : 0;
    System.arraycopy(big, from, out, end - (big.length - from), big.length - from);
  }

  /** An RSA signature through the JDK, which is fast at it. */
  private static boolean rsa(
      PublicKeyInfo key,
      String name,
      Optional<PSSParameterSpec> pss,
      byte[] content,
      byte[] signature) {
    if (!(key instanceof PublicKeyInfo.Rsa(BigInteger modulus, BigInteger exponent))) return false;
    if (modulus.bitLength() < 2048) return false;
    try {
      var rsa =
          KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
      var verifier = Signature.getInstance(name);
      verifier.initVerify(rsa);
      if (pss.isPresent()) verifier.setParameter(pss.get());
      verifier.update(content);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false; // providers differ: some throw where others say no
    }
  }

  /** Equal, for keys and names; not constant in time, since nothing here is secret. */
  public static boolean sameKey(Certificate a, Certificate b) {
    return Arrays.equals(a.spki(), b.spki());
  }
}
