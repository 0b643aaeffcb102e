package dev.theca.image.sign;

import dev.theca.wire.der.DerReader;
import java.util.HashMap;
import java.util.Map;

/**
 * The signer's part of a timestamp (RFC 5652, section 5.3), not judged.
 *
 * @param attributes the signed attributes as they were signed: a SET OF in DER
 * @param digestHash hash of {@code digest}, as Java names it
 * @param digest what the attributes say of the TSTInfo
 * @param certificateHash hash of {@code certificate}, as Java names it
 * @param certificate the digest of the signer's certificate (RFC 5816, ESSCertIDv2)
 */
record StampSigner(
    byte[] attributes,
    String digestHash,
    byte[] digest,
    String certificateHash,
    byte[] certificate,
    byte[] signature) {
  private static final String CONTENT_TYPE = "1.2.840.113549.1.9.3";
  private static final String MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
  private static final String SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
  private static final int MAX_ATTRIBUTES = 16;

  static StampSigner read(DerReader in) throws DerReader.Malformed {
    in.integer(5);
    in.element(); // the signer's name: the signed attributes bind the certificate itself
    String digestHash = hash(in.sequence());
    byte[] attributes = in.element();
    if (attributes[0] != (byte) 0xA0) throw new DerReader.Malformed("no signed attributes");
    attributes[0] = 0x31;
    in.content(0x30); // signature algorithm: the key decides
    byte[] signature = in.content(0x04);
    if (in.peekTag() == 0xA1) in.content(0xA1); // unsigned attributes
    in.end();

    var values = values(new DerReader(attributes).enter(0x31));
    var type = value(values, CONTENT_TYPE);
    if (!type.oid().equals(TimeStamp.TST_INFO)) throw new DerReader.Malformed("another content");
    type.end();
    var digest = value(values, MESSAGE_DIGEST);
    byte[] digestBytes = digest.content(0x04);
    digest.end();
    var first = value(values, SIGNING_CERTIFICATE_V2).sequence().sequence().sequence();
    String certificateHash = first.peekTag() == 0x30 ? hash(first.sequence()) : "SHA-256";
    return new StampSigner(
        attributes, digestHash, digestBytes, certificateHash, first.content(0x04), signature);
  }

  /** Every attribute once, with one value. */
  private static Map<String, DerReader> values(DerReader set) throws DerReader.Malformed {
    var found = new HashMap<String, DerReader>();
    while (set.hasNext()) {
      var one = set.sequence();
      if (found.put(one.oid(), one.enter(0x31)) != null || found.size() > MAX_ATTRIBUTES)
        throw new DerReader.Malformed("an attribute twice, or too many");
      one.end();
    }
    return found;
  }

  private static DerReader value(Map<String, DerReader> values, String oid)
      throws DerReader.Malformed {
    var value = values.get(oid);
    if (value == null) throw new DerReader.Malformed("no signed attribute " + oid);
    return value;
  }

  /** An AlgorithmIdentifier of SHA-2, as Java names it. */
  static String hash(DerReader algorithm) throws DerReader.Malformed {
    String oid = algorithm.oid();
    if (algorithm.peekTag() == 0x05) algorithm.content(0x05);
    algorithm.end();
    return switch (oid) {
      case "2.16.840.1.101.3.4.2.1" -> "SHA-256";
      case "2.16.840.1.101.3.4.2.2" -> "SHA-384";
      case "2.16.840.1.101.3.4.2.3" -> "SHA-512";
      default -> throw new DerReader.Malformed("hash " + oid);
    };
  }
}
