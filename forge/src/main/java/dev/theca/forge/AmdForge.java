package dev.theca.forge;

import dev.theca.wire.der.Der;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An AMD-shaped world under its own root: ARK, ASK and ASVK with RSA-4096, VCEKs and VLEKs with
 * P-384, revocation lists, SEV-SNP reports. Making one takes seconds, for the RSA keys.
 */
public final class AmdForge {
  private static final String EXTENSION = "1.3.6.1.4.1.3704.1.";
  private static final String SHA384 = "2.16.840.1.101.3.4.2.2";
  private static final byte[] PSS =
      Der.sequence(
          Der.oid("1.2.840.113549.1.1.10"),
          Der.sequence(
              Der.explicit(0, Der.sequence(Der.oid(SHA384))),
              Der.explicit(
                  1, Der.sequence(Der.oid("1.2.840.113549.1.1.8"), Der.sequence(Der.oid(SHA384)))),
              Der.explicit(2, Der.integer(48))));
  private static final BigInteger ASK_SERIAL = BigInteger.valueOf(65_537);

  private final String product;
  private final Instant now;
  private final KeyPair ark = rsa();
  private final KeyPair ask = rsa();
  private final KeyPair vek = p384();
  private final byte[] arkCertificate;
  private final byte[] askCertificate;
  private final byte[] asvkCertificate;

  /**
   * @param product {@code Milan}, {@code Genoa} or {@code Turin}
   */
  public AmdForge(String product, Instant now) {
    this.product = product;
    this.now = now;
    arkCertificate = authority("ARK-" + product, ark.getPublic(), BigInteger.ONE);
    askCertificate = authority("SEV-" + product, ask.getPublic(), ASK_SERIAL);
    asvkCertificate =
        authority("SEV-VLEK-" + product, ask.getPublic(), ASK_SERIAL.add(BigInteger.ONE));
  }

  private static KeyPair rsa() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(4096);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks RSA", e);
    }
  }

  private static KeyPair p384() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp384r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks P-384", e);
    }
  }

  private static byte[] pss(KeyPair key, byte[] content) {
    try {
      var signature = Signature.getInstance("RSASSA-PSS");
      signature.initSign(key.getPrivate());
      signature.setParameter(
          new PSSParameterSpec("SHA-384", "MGF1", MGF1ParameterSpec.SHA384, 48, 1));
      signature.update(content);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks RSASSA-PSS", e);
    }
  }

  private static byte[] name(String common) {
    return Der.sequence(Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.utf8(common))));
  }

  private byte[] authority(String common, PublicKey key, BigInteger serial) {
    byte[] constraints = Der.sequence(Der.bool(true), Der.integer(1));
    return certificate(
        "ARK-" + product,
        ark,
        common,
        key,
        serial,
        List.of(
            Certificates.extension("2.5.29.19", true, constraints),
            Certificates.extension("2.5.29.15", true, Der.namedBits(5))));
  }

  private byte[] certificate(
      String issuer,
      KeyPair issuerKey,
      String subject,
      PublicKey key,
      BigInteger serial,
      List<byte[]> extensions) {
    byte[] tbs =
        Der.sequence(
            Der.explicit(0, Der.integer(2)),
            Der.integer(serial),
            PSS,
            name(issuer),
            Der.sequence(
                Der.time(now.minus(Duration.ofDays(1000))),
                Der.time(now.plus(Duration.ofDays(1000)))),
            name(subject),
            key.getEncoded(),
            Der.explicit(3, Der.sequence(extensions.toArray(byte[][]::new))));
    return Der.sequence(tbs, PSS, Der.bits(pss(issuerKey, tbs)));
  }

  public byte[] ark() {
    return arkCertificate.clone();
  }

  public byte[] ask() {
    return askCertificate.clone();
  }

  public byte[] asvk() {
    return asvkCertificate.clone();
  }

  public byte[] arkSpki() {
    return ark.getPublic().getEncoded();
  }

  /** A VCEK of this chip, or with an empty chip id a VLEK. */
  public byte[] vek(int[] levels, byte[] hwid) {
    var extensions = new ArrayList<byte[]>();
    extensions.add(extension("1", Der.integer(product.equals("Turin") ? 1 : 0)));
    extensions.add(extension("2", Der.ia5(0x16, product + (product.equals("Milan") ? "-B0" : ""))));
    String[] oids = {"3.9", "3.1", "3.2", "3.3", "3.8"};
    for (int i = 0; i < 5; i++)
      if (i > 0 || product.equals("Turin"))
        extensions.add(extension(oids[i], Der.integer(levels[i])));
    boolean vlek = hwid.length == 0;
    extensions.add(vlek ? extension("5", Der.ia5(0x16, "CN=csp.invalid")) : extension("4", hwid));
    return certificate(
        vlek ? "SEV-VLEK-" + product : "SEV-" + product,
        ask,
        vlek ? "SEV-VLEK" : "SEV-VCEK",
        vek.getPublic(),
        BigInteger.ZERO,
        extensions);
  }

  private static byte[] extension(String suffix, byte[] value) {
    return Certificates.extension(EXTENSION + suffix, false, value);
  }

  /** The product's list; {@code revoked} puts the ASK on it. */
  public byte[] crl(boolean revoked) {
    var parts =
        new ArrayList<>(
            List.of(
                Der.integer(1),
                PSS,
                name("ARK-" + product),
                Der.time(now.minusSeconds(60)),
                Der.time(now.plus(Duration.ofDays(30)))));
    if (revoked)
      parts.add(
          Der.sequence(Der.sequence(Der.integer(ASK_SERIAL), Der.time(now.minusSeconds(60)))));
    parts.add(
        Der.explicit(0, Der.sequence(Certificates.extension("2.5.29.20", false, Der.integer(1)))));
    byte[] tbs = Der.sequence(parts.toArray(byte[][]::new));
    return Der.sequence(tbs, PSS, Der.bits(pss(ark, tbs)));
  }

  /** Signs the first 0x2A0 bytes of a report in place, r and s little-endian. */
  public byte[] sign(byte[] report) {
    try {
      var signature = Signature.getInstance("SHA384withECDSAinP1363Format");
      signature.initSign(vek.getPrivate());
      signature.update(report, 0, 0x2A0);
      byte[] raw = signature.sign();
      byte[] out = report.clone();
      for (int i = 0; i < 48; i++) {
        out[0x2A0 + i] = raw[47 - i];
        out[0x2E8 + i] = raw[95 - i];
      }
      return out;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks P-384", e);
    }
  }

  /** A production guest's report of this version at VMPL 0, unsigned: to change, then to sign. */
  public static ByteBuffer report(int version, int[] cpuid, byte[] tcb, byte[] chip, boolean vlek) {
    var report = ByteBuffer.allocate(1184).order(ByteOrder.LITTLE_ENDIAN);
    report.putInt(0, version).putLong(8, 0x30000).putInt(0x34, 1);
    report.putInt(0x48, vlek ? 1 << 2 : 0).putLong(0x40, 0x20);
    byte[] none = new byte[32];
    Arrays.fill(none, (byte) 0xFF);
    report.put(0x160, none);
    for (int at : new int[] {0x38, 0x180, 0x1E0, 0x1F0}) report.put(at, tcb);
    if (version >= 3) for (int i = 0; i < 3; i++) report.put(0x188 + i, (byte) cpuid[i]);
    return report.put(0x1A0, chip);
  }
}
