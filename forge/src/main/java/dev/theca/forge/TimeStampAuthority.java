package dev.theca.forge;

import dev.theca.wire.der.Der;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/**
 * A time-stamp authority (RFC 3161): a root, and a certificate for timestamps that signs answers as
 * sigstore's authority does. Never for real signers.
 */
public final class TimeStampAuthority {
  private static final byte[] SHA256 = Der.sequence(Der.oid("2.16.840.1.101.3.4.2.1"));
  private static final byte[] ECDSA_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
  private static final String TST_INFO = "1.2.840.113549.1.9.16.1.4";
  public static final String TIME_STAMPING = "1.3.6.1.5.5.7.3.8";

  private final KeyPair rootKey = Signer.newKey();
  private final KeyPair key = Signer.newKey();
  private final byte[] root;
  private final byte[] leaf;

  public TimeStampAuthority(String name, Instant from, Instant to) {
    this(name, from, to, TIME_STAMPING, true);
  }

  /** One whose certificate is for {@code purpose}, critical or not: right or wrong. */
  public TimeStampAuthority(
      String name, Instant from, Instant to, String purpose, boolean critical) {
    var self = new Certificates.Issuer(name + " root", rootKey);
    root =
        Certificates.certificate(
            self,
            new Certificates.Subject(name + " root", rootKey.getPublic(), true, 0, List.of()),
            BigInteger.ONE,
            from,
            to);
    byte[] usage = Certificates.extension("2.5.29.37", critical, Der.sequence(Der.oid(purpose)));
    leaf =
        Certificates.certificate(
            self,
            new Certificates.Subject(name, key.getPublic(), false, 0, List.of(usage)),
            BigInteger.TWO,
            from,
            to);
  }

  /** The authority's certificate and its root, DER. */
  public List<byte[]> chain() {
    return List.of(leaf.clone(), root.clone());
  }

  /**
   * An answer (TimeStampResp) that these bytes were there at a moment; {@code certified}: with the
   * certificate inside.
   */
  public byte[] stamp(byte[] bytes, Instant at, boolean certified) {
    byte[] info = info(bytes, at);
    byte[] attributes =
        Der.set(
            attribute("1.2.840.113549.1.9.3", Der.oid(TST_INFO)),
            attribute("1.2.840.113549.1.9.4", Der.octets(SigstoreCa.sha256(info))),
            attribute(
                "1.2.840.113549.1.9.16.2.47",
                Der.sequence(Der.sequence(Der.sequence(Der.octets(SigstoreCa.sha256(leaf)))))));
    return answer(info, attributes, certified);
  }

  private byte[] answer(byte[] info, byte[] attributes, boolean certified) {
    byte[] signed = attributes.clone();
    signed[0] = (byte) 0xA0;
    byte[] signer =
        Der.sequence(
            Der.integer(1),
            Der.sequence(Der.sequence(), Der.integer(2)),
            SHA256,
            signed,
            ECDSA_SHA256,
            Der.octets(Signer.der(key, attributes)));
    byte[] content = Der.sequence(Der.oid(TST_INFO), Der.explicit(0, Der.octets(info)));
    byte[] data =
        certified
            ? Der.sequence(
                Der.integer(3), Der.set(SHA256), content, Der.element(0xA0, leaf), Der.set(signer))
            : Der.sequence(Der.integer(3), Der.set(SHA256), content, Der.set(signer));
    return Der.sequence(
        Der.sequence(Der.integer(0)),
        Der.sequence(Der.oid("1.2.840.113549.1.7.2"), Der.explicit(0, data)));
  }

  private static byte[] info(byte[] bytes, Instant at) {
    String time =
        DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT)
            .format(at.atZone(ZoneOffset.UTC));
    return Der.sequence(
        Der.integer(1),
        Der.oid("1.3.6.1.4.1.57264.2"),
        Der.sequence(SHA256, Der.octets(SigstoreCa.sha256(bytes))),
        Der.integer(4711),
        Der.element(0x18, time.getBytes(StandardCharsets.US_ASCII)));
  }

  private static byte[] attribute(String oid, byte[] value) {
    return Der.sequence(Der.oid(oid), Der.set(value));
  }
}
