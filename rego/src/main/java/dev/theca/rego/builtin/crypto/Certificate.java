package dev.theca.rego.builtin.crypto;

import java.math.BigInteger;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;

/** A certificate, read and not judged. Arrays are not to be changed. */
record Certificate(
    byte[] raw,
    byte[] tbs,
    int version,
    BigInteger serial,
    SignatureKind signatureKind,
    byte[] signature,
    byte[] rawIssuer,
    DistinguishedName issuer,
    byte[] rawSubject,
    DistinguishedName subject,
    LocalDateTime notBefore,
    LocalDateTime notAfter,
    byte[] spki,
    int keyAlgorithm,
    Key key,
    List<Extension> extensions,
    Extensions known) {
  @Override
  public boolean equals(Object other) {
    return other instanceof Certificate certificate && Arrays.equals(certificate.raw, raw);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(raw);
  }

  @Override
  public String toString() {
    return "certificate " + serial;
  }
}
