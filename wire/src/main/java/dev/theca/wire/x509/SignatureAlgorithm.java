package dev.theca.wire.x509;

import dev.theca.wire.der.DerReader;

/** The signature algorithms that the formats here use, told by OID and parameters. */
public enum SignatureAlgorithm {
  ECDSA_SHA256,
  ECDSA_SHA384,
  ECDSA_SHA512,
  RSA_PKCS1_SHA256,
  RSA_PKCS1_SHA384,
  RSA_PKCS1_SHA512,
  /** RSASSA-PSS with SHA-384, MGF1 with SHA-384, salt of 48 bytes: AMD's. */
  RSA_PSS_SHA384,
  /** RSASSA-PSS with SHA-256, MGF1 with SHA-256, salt of 32 bytes. */
  RSA_PSS_SHA256,
  OTHER;

  private static final String SHA256 = "2.16.840.1.101.3.4.2.1";
  private static final String SHA384 = "2.16.840.1.101.3.4.2.2";

  static SignatureAlgorithm read(byte[] element) throws DerReader.Malformed {
    var in = new DerReader(element).sequence();
    return switch (in.oid()) {
      case "1.2.840.10045.4.3.2" -> ECDSA_SHA256;
      case "1.2.840.10045.4.3.3" -> ECDSA_SHA384;
      case "1.2.840.10045.4.3.4" -> ECDSA_SHA512;
      case "1.2.840.113549.1.1.11" -> RSA_PKCS1_SHA256;
      case "1.2.840.113549.1.1.12" -> RSA_PKCS1_SHA384;
      case "1.2.840.113549.1.1.13" -> RSA_PKCS1_SHA512;
      case "1.2.840.113549.1.1.10" -> pss(in);
      default -> OTHER;
    };
  }

  private static SignatureAlgorithm pss(DerReader in) throws DerReader.Malformed {
    if (!in.hasNext()) return OTHER;
    var parameters = in.sequence();
    String hash = "";
    String mask = "";
    int salt = 20;
    if (parameters.peekTag() == 0xA0) hash = parameters.enter(0xA0).sequence().oid();
    if (parameters.peekTag() == 0xA1) {
      var generator = parameters.enter(0xA1).sequence();
      if (!generator.oid().equals("1.2.840.113549.1.1.8")) return OTHER;
      mask = generator.sequence().oid();
    }
    if (parameters.peekTag() == 0xA2) salt = parameters.enter(0xA2).integer(1024);
    if (parameters.peekTag() == 0xA3 && parameters.enter(0xA3).integer(255) != 1) return OTHER;
    if (hash.equals(SHA384) && mask.equals(SHA384) && salt == 48) return RSA_PSS_SHA384;
    if (hash.equals(SHA256) && mask.equals(SHA256) && salt == 32) return RSA_PSS_SHA256;
    return OTHER;
  }
}
