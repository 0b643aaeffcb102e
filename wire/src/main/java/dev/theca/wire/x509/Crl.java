package dev.theca.wire.x509;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.der.DerReader;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A certificate revocation list of version 2 (RFC 5280, section 5), read strictly from DER and not
 * judged. Arrays belong to the list and must not be changed.
 */
public record Crl(
    byte[] encoded,
    byte[] tbs,
    Name issuer,
    Instant thisUpdate,
    Optional<Instant> nextUpdate,
    Set<BigInteger> revoked,
    Map<String, Certificate.Extension> extensions,
    SignatureAlgorithm algorithm,
    byte[] signature) {
  private static final int MAX = 1 << 20;

  public static Outcome<Crl> parse(byte[] der) {
    try {
      return Outcome.granted(read(der));
    } catch (DerReader.Malformed e) {
      return Outcome.refused(
          Code.of("bad-crl"),
          "revocation list",
          "an X.509 CRL of version 2 in DER",
          String.valueOf(e.getMessage()),
          "fetch the list again");
    }
  }

  /** As {@link #parse}, for readers of larger formats. */
  public static Crl read(byte[] der) throws DerReader.Malformed {
    if (der.length > MAX) throw new DerReader.Malformed(der.length + " bytes, at most " + MAX);
    var outer = new DerReader(der);
    var whole = outer.sequence();
    outer.end();
    byte[] tbs = whole.element();
    byte[] algorithm = whole.element();
    byte[] signature = PublicKeyInfo.bits(whole);
    whole.end();
    var in = new DerReader(tbs).sequence();
    if (in.integer(1) != 1) throw new DerReader.Malformed("a version other than 2");
    if (!Arrays.equals(in.element(), algorithm))
      throw new DerReader.Malformed("two different signature algorithms");
    var issuer = Name.read(in);
    Instant from = X509Time.read(in);
    Optional<Instant> to = X509Time.isNext(in) ? Optional.of(X509Time.read(in)) : Optional.empty();
    var revoked = new HashSet<BigInteger>();
    if (in.peekTag() == 0x30) {
      var list = in.sequence();
      while (list.hasNext()) {
        var entry = list.sequence();
        revoked.add(entry.integer());
        X509Time.read(entry);
      }
    }
    Map<String, Certificate.Extension> extensions = Map.of();
    if (in.hasNext()) {
      var explicit = in.enter(0xA0);
      extensions = Certificate.extensions(explicit.sequence());
      explicit.end();
    }
    in.end();
    return new Crl(
        der.clone(),
        tbs,
        issuer,
        from,
        to,
        Set.copyOf(revoked),
        extensions,
        SignatureAlgorithm.read(algorithm),
        signature);
  }

  public boolean revokes(BigInteger serial) {
    return revoked.contains(serial);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Crl crl && Arrays.equals(crl.encoded, encoded);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encoded);
  }

  @Override
  public String toString() {
    return "revocation list of " + issuer;
  }
}
