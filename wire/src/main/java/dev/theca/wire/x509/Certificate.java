package dev.theca.wire.x509;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.der.DerReader;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An X.509 certificate of version 3 (RFC 5280), read strictly from DER and not judged: signatures,
 * dates and extensions are the caller's to check. Arrays belong to the certificate and must not be
 * changed.
 *
 * @param encoded the whole certificate
 * @param tbs the bytes that the signature covers
 * @param algorithm the signature algorithm, the same element inside and outside
 * @param extensions by OID; each at most once
 */
public record Certificate(
    byte[] encoded,
    byte[] tbs,
    BigInteger serial,
    Name issuer,
    Name subject,
    Instant notBefore,
    Instant notAfter,
    byte[] spki,
    PublicKeyInfo key,
    Map<String, Extension> extensions,
    SignatureAlgorithm algorithm,
    byte[] signature) {
  private static final int MAX = 64 << 10;

  /** An extension's value, without the OCTET STRING around it. */
  public record Extension(boolean critical, byte[] value) {}

  public static Outcome<Certificate> parse(byte[] der) {
    try {
      return Outcome.granted(read(der));
    } catch (DerReader.Malformed e) {
      return Outcome.refused(
          Code.of("bad-certificate"),
          "certificate",
          "an X.509 certificate of version 3 in DER",
          String.valueOf(e.getMessage()),
          "take the certificate from its issuer again");
    }
  }

  /** As {@link #parse}, for readers of larger formats. */
  public static Certificate read(byte[] der) throws DerReader.Malformed {
    if (der.length > MAX) throw new DerReader.Malformed(der.length + " bytes, at most " + MAX);
    var outer = new DerReader(der);
    var whole = outer.sequence();
    outer.end();
    byte[] tbs = whole.element();
    byte[] algorithm = whole.element();
    byte[] signature = PublicKeyInfo.bits(whole);
    whole.end();

    var in = new DerReader(tbs).sequence();
    var version = in.enter(0xA0);
    if (version.integer(2) != 2) throw new DerReader.Malformed("a version other than 3");
    version.end();
    BigInteger serial = in.integer();
    if (serial.bitLength() > 20 * 8) throw new DerReader.Malformed("a serial beyond 20 bytes");
    if (!Arrays.equals(in.element(), algorithm))
      throw new DerReader.Malformed("two different signature algorithms");
    var issuer = Name.read(in);
    var validity = in.sequence();
    Instant from = X509Time.read(validity);
    Instant to = X509Time.read(validity);
    validity.end();
    var subject = Name.read(in);
    byte[] spki = in.element();
    for (int id = 0x81; id <= 0x82; id++) if (in.peekTag() == id) in.content(id);
    Map<String, Extension> extensions = Map.of();
    if (in.hasNext()) {
      var explicit = in.enter(0xA3);
      extensions = extensions(explicit.sequence());
      explicit.end();
    }
    in.end();
    return new Certificate(
        der.clone(),
        tbs,
        serial,
        issuer,
        subject,
        from,
        to,
        spki,
        PublicKeyInfo.read(spki),
        extensions,
        SignatureAlgorithm.read(algorithm),
        signature);
  }

  static Map<String, Extension> extensions(DerReader list) throws DerReader.Malformed {
    var found = new HashMap<String, Extension>();
    while (list.hasNext()) {
      var one = list.sequence();
      String oid = one.oid();
      boolean critical = false;
      if (one.peekTag() == 0x01) {
        byte[] flag = one.content(0x01);
        if (flag.length != 1) throw new DerReader.Malformed("a boolean of " + flag.length);
        critical = flag[0] != 0;
      }
      byte[] value = one.content(0x04);
      one.end();
      if (found.put(oid, new Extension(critical, value)) != null)
        throw new DerReader.Malformed("extension " + oid + " twice");
      if (found.size() > 64) throw new DerReader.Malformed("more than 64 extensions");
    }
    return Map.copyOf(found);
  }

  public Optional<byte[]> extension(String oid) {
    return Optional.ofNullable(extensions.get(oid)).map(Extension::value);
  }

  public boolean selfIssued() {
    return issuer.equals(subject);
  }

  /** Basic constraints: empty when absent, else whether this is a CA, and its path length. */
  public Optional<BasicConstraints> basicConstraints() {
    return extension("2.5.29.19")
        .map(
            value -> {
              try {
                var in = new DerReader(value).sequence();
                boolean ca = in.peekTag() == 0x01 && in.content(0x01)[0] != 0;
                int path = in.hasNext() ? in.integer(255) : Integer.MAX_VALUE;
                return new BasicConstraints(ca, path);
              } catch (DerReader.Malformed | ArrayIndexOutOfBoundsException e) {
                return new BasicConstraints(false, 0);
              }
            });
  }

  /** What RFC 5280, section 4.2.1.9 says; malformed ones read as "no CA". */
  public record BasicConstraints(boolean ca, int pathLength) {}

  /**
   * Whether key usage is absent or has this bit (RFC 5280, section 4.2.1.3: 5 signs certificates).
   */
  public boolean mayBeUsedFor(int bit) {
    var value = extension("2.5.29.15");
    if (value.isEmpty()) return true;
    byte[] der = value.get();
    int at = 3 + bit / 8;
    return der.length > at && der[0] == 0x03 && (der[at] & 0x80 >> bit % 8) != 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Certificate c && Arrays.equals(c.encoded, encoded);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encoded);
  }

  @Override
  public String toString() {
    return "certificate of " + subject;
  }
}
