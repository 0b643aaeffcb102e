package dev.theca.broker.plugin;

import dev.theca.wire.Digest;
import dev.theca.wire.der.Der;
import dev.theca.wire.der.DerReader;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Writes certificates and revocation lists (RFC 5280, sections 4.1 and 5.1). */
final class X509Writer {
  /** What a certificate says of its subject; name and key in DER. */
  record Subject(byte[] name, byte[] spki) {}

  /** From when to when. */
  record Validity(Instant from, Instant to) {}

  /** One line of a revocation list. */
  record Revoked(BigInteger serial, Instant at) {}

  static final String SUBJECT_ALTERNATIVE = "2.5.29.17";
  static final String SUBJECT_KEY_ID = "2.5.29.14";

  private X509Writer() {}

  /** A name of one common name; empty text makes the empty name. */
  static byte[] name(String commonName) {
    return commonName.isEmpty()
        ? Der.sequence()
        : Der.sequence(Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.utf8(commonName))));
  }

  /** The leftmost 160 bits of the SHA-256 of the key's bits (RFC 7093, section 2, method 1). */
  static byte[] keyId(byte[] spki) {
    try {
      var in = new DerReader(spki).sequence();
      in.element();
      byte[] bits = in.content(0x03);
      byte[] hash = Digest.sha256(Arrays.copyOfRange(bits, 1, bits.length)).toBytes();
      return Arrays.copyOf(hash, 20);
    } catch (DerReader.Malformed e) {
      throw new IllegalArgumentException("no public key", e);
    }
  }

  static byte[] extension(String oid, boolean critical, byte[] value) {
    return critical
        ? Der.sequence(Der.oid(oid), Der.bool(true), Der.octets(value))
        : Der.sequence(Der.oid(oid), Der.octets(value));
  }

  /** The extensions of an authority that issues to ends only. */
  static List<byte[]> authority(byte[] spki) {
    return List.of(
        extension("2.5.29.19", true, Der.sequence(Der.bool(true), Der.integer(0))),
        extension("2.5.29.15", true, Der.namedBits(5, 6)),
        extension(SUBJECT_KEY_ID, false, Der.octets(keyId(spki))));
  }

  /** The extensions of an end that serves and asks over TLS. */
  static List<byte[]> end(byte[] spki, byte[] authorityKeyId, boolean rsa) {
    return List.of(
        extension("2.5.29.19", true, Der.sequence()),
        // RFC 5280, section 4.2.1.3: key encipherment is for keys that encrypt
        extension("2.5.29.15", true, rsa ? Der.namedBits(0, 2) : Der.namedBits(0)),
        extension(
            "2.5.29.37",
            false,
            Der.sequence(Der.oid("1.3.6.1.5.5.7.3.1"), Der.oid("1.3.6.1.5.5.7.3.2"))),
        extension(SUBJECT_KEY_ID, false, Der.octets(keyId(spki))),
        authorityKeyId(authorityKeyId));
  }

  private static byte[] authorityKeyId(byte[] id) {
    return extension("2.5.29.35", false, Der.sequence(Der.element(0x80, id)));
  }

  static byte[] certificate(
      Signing issuer,
      byte[] issuerName,
      Subject subject,
      BigInteger serial,
      Validity validity,
      List<byte[]> extensions) {
    return issuer.sign(
        Der.sequence(
            Der.explicit(0, Der.integer(2)),
            Der.integer(serial),
            issuer.algorithm(),
            issuerName,
            Der.sequence(Der.time(validity.from()), Der.time(validity.to())),
            subject.name(),
            subject.spki(),
            Der.explicit(3, Der.sequence(extensions.toArray(byte[][]::new)))));
  }

  static byte[] crl(
      Signing issuer,
      byte[] issuerName,
      byte[] authorityKeyId,
      long number,
      Validity validity,
      List<Revoked> revoked) {
    var parts = new ArrayList<byte[]>();
    parts.add(Der.integer(1));
    parts.add(issuer.algorithm());
    parts.add(issuerName);
    parts.add(Der.time(validity.from()));
    parts.add(Der.time(validity.to()));
    lines(revoked).ifPresent(parts::add);
    byte[] numbered = extension("2.5.29.20", false, Der.integer(number));
    parts.add(Der.explicit(0, Der.sequence(authorityKeyId(authorityKeyId), numbered)));
    return issuer.sign(Der.sequence(parts.toArray(byte[][]::new)));
  }

  /** Absent rather than empty (RFC 5280, section 5.1.2.6). */
  private static Optional<byte[]> lines(List<Revoked> revoked) {
    if (revoked.isEmpty()) return Optional.empty();
    return Optional.of(
        Der.sequence(
            revoked.stream()
                .map(r -> Der.sequence(Der.integer(r.serial()), Der.time(r.at())))
                .toArray(byte[][]::new)));
  }
}
