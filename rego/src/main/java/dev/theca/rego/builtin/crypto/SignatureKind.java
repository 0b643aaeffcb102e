package dev.theca.rego.builtin.crypto;

import dev.theca.wire.der.DerReader;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Algorithms of signatures of certificates; the order is that of Go's numbers. */
enum SignatureKind {
  UNKNOWN(""),
  MD2_RSA("1.2.840.113549.1.1.2"),
  MD5_RSA("1.2.840.113549.1.1.4"),
  SHA1_RSA("1.2.840.113549.1.1.5"),
  SHA256_RSA("1.2.840.113549.1.1.11"),
  SHA384_RSA("1.2.840.113549.1.1.12"),
  SHA512_RSA("1.2.840.113549.1.1.13"),
  SHA1_DSA("1.2.840.10040.4.3"),
  SHA256_DSA("2.16.840.1.101.3.4.3.2"),
  SHA1_ECDSA("1.2.840.10045.4.1"),
  SHA256_ECDSA("1.2.840.10045.4.3.2"),
  SHA384_ECDSA("1.2.840.10045.4.3.3"),
  SHA512_ECDSA("1.2.840.10045.4.3.4"),
  SHA256_PSS("2.16.840.1.101.3.4.2.1"),
  SHA384_PSS("2.16.840.1.101.3.4.2.2"),
  SHA512_PSS("2.16.840.1.101.3.4.2.3"),
  ED25519("1.3.101.112");

  private static final String PSS = "1.2.840.113549.1.1.10";
  private static final String MGF1 = "1.2.840.113549.1.1.8";
  private static final String OTHER_SHA1_RSA = "1.3.14.3.2.29";

  /** Of the algorithm; of the digest where that is a parameter. */
  private final String oid;

  SignatureKind(String oid) {
    this.oid = oid;
  }

  /** The content of an AlgorithmIdentifier. */
  static SignatureKind read(byte[] content) throws DerReader.Malformed {
    var in = new DerReader(content);
    String oid = in.oid();
    if (oid.equals(PSS)) return pss(in);
    if (oid.equals(OTHER_SHA1_RSA)) return SHA1_RSA;
    for (var kind : values()) {
      boolean digest = kind.name().endsWith("_PSS") || kind == MD2_RSA;
      if (!digest && kind.oid.equals(oid)) return kind == ED25519 && in.hasNext() ? UNKNOWN : kind;
    }
    return UNKNOWN;
  }

  /** PSS with one digest for all, and a salt as long as it. */
  private static SignatureKind pss(DerReader in) {
    try {
      var parameters = in.sequence();
      String digest = digest(parameters.enter(0xA0).sequence());
      var mask = parameters.enter(0xA1).sequence();
      if (!mask.oid().equals(MGF1) || !digest(mask.sequence()).equals(digest)) return UNKNOWN;
      int salt = parameters.enter(0xA2).integer(1024);
      if (parameters.peekTag() == 0xA3 && parameters.enter(0xA3).integer(255) != 1) return UNKNOWN;
      for (var kind : values()) {
        var hash = kind.hash();
        boolean fits = kind.name().endsWith("_PSS") && kind.oid.equals(digest);
        if (fits && hash != null && salt == hash.bytes()) return kind;
      }
      return UNKNOWN;
    } catch (DerReader.Malformed e) {
      return UNKNOWN;
    }
  }

  private static String digest(DerReader in) throws DerReader.Malformed {
    String oid = in.oid();
    if (in.hasNext() && !Arrays.equals(in.element(), new byte[] {5, 0}))
      throw new DerReader.Malformed("parameters of a digest");
    return oid;
  }

  private @Nullable Hash hash() {
    int underscore = name().indexOf('_');
    if (underscore < 0) return null;
    for (var hash : Hash.values())
      if (hash.name().equals(name().substring(0, underscore))) return hash;
    return null;
  }

  /** Whether the key signed the data with this; what is old or unknown holds nothing. */
  boolean holds(Key key, byte[] data, byte[] signature) {
    var hash = hash();
    if (this == ED25519) return key instanceof Key.Ed ed && Judge.ed25519(ed, data, signature);
    if (hash == null) return false;
    return switch (key) {
      case Key.Rsa rsa when name().endsWith("_RSA") -> Judge.pkcs1(rsa, hash, data, signature);
      case Key.Rsa rsa when name().endsWith("_PSS") ->
          Judge.pss(rsa, hash, hash.bytes(), data, signature);
      case Key.Ec ec when name().endsWith("_ECDSA") -> Judge.ecdsaDer(ec, hash, data, signature);
      case Key.Rsa _,
          Key.Ec _,
          Key.Ed _,
          Key.Dsa _,
          Key.RsaPrivate _,
          Key.EcPrivate _,
          Key.EdPrivate _,
          Key.Shared _,
          Key.Other _ ->
          false;
    };
  }
}
