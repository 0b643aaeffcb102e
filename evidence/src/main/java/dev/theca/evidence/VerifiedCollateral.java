package dev.theca.evidence;

import java.math.BigInteger;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;

/**
 * Collateral whose chains, signatures, revocation lists and dates held at one time, under one named
 * root. Immutable and good for many quotes until {@link #validUntil()}.
 */
public final class VerifiedCollateral {
  final TcbInfo tcbInfo;
  final QeIdentity qeIdentity;
  final X509Certificate pckCa;
  final X509CRL pckCrl;
  final X509CRL rootCrl;
  final X509Certificate root;
  private final String rootName;
  private final Instant validUntil;

  VerifiedCollateral(
      TcbInfo tcbInfo,
      QeIdentity qeIdentity,
      X509Certificate pckCa,
      X509CRL pckCrl,
      X509CRL rootCrl,
      X509Certificate root,
      String rootName,
      Instant validUntil) {
    this.tcbInfo = tcbInfo;
    this.qeIdentity = qeIdentity;
    this.pckCa = pckCa;
    this.pckCrl = pckCrl;
    this.rootCrl = rootCrl;
    this.root = root;
    this.rootName = rootName;
    this.validUntil = validUntil;
  }

  boolean pckRevoked(BigInteger serial) {
    return Chain.revoked(pckCrl, serial);
  }

  /** The trust root under which everything here was verified. */
  public String rootName() {
    return rootName;
  }

  /** The earliest end of validity of any part. */
  public Instant validUntil() {
    return validUntil;
  }
}
