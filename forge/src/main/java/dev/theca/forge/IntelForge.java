package dev.theca.forge;

import dev.theca.wire.Digest;
import dev.theca.wire.der.Der;
import dev.theca.wire.der.Pem;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Signs whatever a test wants to put before a verifier of SGX and TDX: documents with any body,
 * lists with any entries, quotes of any version and layout, under a root of its own. {@link
 * SgxPlatform} is the well-behaved world; this one makes the others.
 */
public final class IntelForge {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final String SGX = "1.2.840.113741.1.13.1";
  private static final byte[] VENDOR = HEX.parseHex("939A7233F79C4CA9940A0DB3957F0607");
  private static final int TEE_TDX = 0x81;

  /** Serial numbers, for lists. */
  public static final BigInteger CA_SERIAL = BigInteger.valueOf(1001);

  public static final BigInteger SIGNING_SERIAL = BigInteger.valueOf(1002);
  public static final BigInteger PCK_SERIAL = BigInteger.valueOf(1003);

  public static final String FMSPC = "00A067110000";
  public static final int PCE_SVN = 13;

  private final Instant now;
  private final KeyPair root = Signer.newKey();
  private final KeyPair ca = Signer.newKey();
  private final KeyPair signing = Signer.newKey();
  private final KeyPair pck = Signer.newKey();
  private final KeyPair attestation = Signer.newKey();
  private final byte[] rootCertificate;
  private final byte[] caCertificate;
  private final byte[] signingCertificate;
  private final byte[] pckCertificate;

  /**
   * @param now the middle of all validity
   * @param svns the platform's 16 component SVNs
   */
  public IntelForge(Instant now, int[] svns) {
    this.now = now;
    Instant from = now.minus(Duration.ofDays(100));
    Instant to = now.plus(Duration.ofDays(1000));
    rootCertificate =
        Certificates.certificate(
            rootIssuer(),
            new Certificates.Subject(
                rootIssuer().commonName(), root.getPublic(), true, 1, List.of()),
            BigInteger.ONE,
            from,
            to);
    caCertificate =
        Certificates.certificate(
            rootIssuer(),
            new Certificates.Subject(caIssuer().commonName(), ca.getPublic(), true, 0, List.of()),
            CA_SERIAL,
            from,
            to);
    signingCertificate =
        Certificates.certificate(
            rootIssuer(),
            new Certificates.Subject(
                "Simulated SGX TCB Signing", signing.getPublic(), false, 0, List.of()),
            SIGNING_SERIAL,
            from,
            to);
    pckCertificate =
        Certificates.certificate(
            caIssuer(),
            new Certificates.Subject(
                "Simulated SGX PCK Certificate",
                pck.getPublic(),
                false,
                0,
                List.of(Certificates.extension(SGX, false, extension(svns)))),
            PCK_SERIAL,
            from,
            to);
  }

  private Certificates.Issuer rootIssuer() {
    return new Certificates.Issuer("Simulated SGX Root CA", root);
  }

  private Certificates.Issuer caIssuer() {
    return new Certificates.Issuer("Simulated SGX PCK Platform CA", ca);
  }

  private static byte[] extension(int[] svns) {
    var tcb = new ArrayList<byte[]>();
    byte[] cpu = new byte[16];
    for (int i = 0; i < 16; i++) {
      cpu[i] = (byte) svns[i];
      tcb.add(Der.sequence(Der.oid(SGX + ".2." + (i + 1)), Der.integer(svns[i])));
    }
    tcb.add(Der.sequence(Der.oid(SGX + ".2.17"), Der.integer(PCE_SVN)));
    tcb.add(Der.sequence(Der.oid(SGX + ".2.18"), Der.octets(cpu)));
    return Der.sequence(
        Der.sequence(Der.oid(SGX + ".1"), Der.octets(new byte[16])),
        Der.sequence(Der.oid(SGX + ".2"), Der.sequence(tcb.toArray(byte[][]::new))),
        Der.sequence(Der.oid(SGX + ".3"), Der.octets(new byte[2])),
        Der.sequence(Der.oid(SGX + ".4"), Der.octets(HEX.parseHex(FMSPC))),
        Der.sequence(Der.oid(SGX + ".5"), Der.enumerated(0)));
  }

  public byte[] rootCertificate() {
    return rootCertificate.clone();
  }

  /** The root key's SubjectPublicKeyInfo. */
  public byte[] rootSpki() {
    return root.getPublic().getEncoded();
  }

  private static String pem(byte[] der) {
    return Pem.write("CERTIFICATE", der);
  }

  /** CA and root. */
  public String authorities() {
    return pem(caCertificate) + pem(rootCertificate);
  }

  /** Signing certificate and root. */
  public String signers() {
    return pem(signingCertificate) + pem(rootCertificate);
  }

  public byte[] rootCrl(BigInteger... revoked) {
    return Certificates.crl(
        rootIssuer(), 1, now.minusSeconds(60), now.plus(Duration.ofDays(30)), List.of(revoked));
  }

  public byte[] pckCrl(BigInteger... revoked) {
    return Certificates.crl(
        caIssuer(), 1, now.minusSeconds(60), now.plus(Duration.ofDays(30)), List.of(revoked));
  }

  /** A document with this member and body, signed over the body's bytes. */
  public byte[] document(String member, String body) {
    return document(member, body, body);
  }

  /** A document that shows one body and is signed over another. */
  public byte[] document(String member, String shown, String signed) {
    byte[] signature = Signer.raw(signing, signed.getBytes(StandardCharsets.UTF_8));
    return ("{\""
            + member
            + "\":"
            + shown
            + ",\"signature\":\""
            + HexFormat.of().formatHex(signature)
            + "\"}")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A quote of version 3 or 4 over an SGX report, or 5 with its descriptor. */
  public byte[] sgxQuote(int version, byte[] report, byte[] qeReportBody) {
    return quote(version, 0, 1, report, qeReportBody);
  }

  /**
   * A TDX quote of version 4 or 5.
   *
   * @param bodyType 2, 3 or 4; in version 4 it must be 2
   */
  public byte[] tdxQuote(int version, int bodyType, byte[] report, byte[] qeReportBody) {
    return quote(version, TEE_TDX, bodyType, report, qeReportBody);
  }

  private byte[] quote(int version, int tee, int bodyType, byte[] body, byte[] qeReportBody) {
    int descriptor = version == 5 ? 6 : 0;
    var head = ByteBuffer.allocate(48 + descriptor + body.length).order(ByteOrder.LITTLE_ENDIAN);
    head.putShort((short) version).putShort((short) 2).putInt(tee).putInt(0).put(VENDOR);
    head.position(48);
    if (version == 5) head.putShort((short) bodyType).putInt(body.length);
    head.put(body);
    byte[] signed = head.array();
    byte[] point = Signer.point(attestation);
    byte[] auth = new byte[32];
    byte[] qe = qeReportBody.clone();
    var hash = Digest.hasher("sha256");
    hash.update(point);
    System.arraycopy(hash.digest(auth), 0, qe, 320, 32);

    var certified = new ByteArrayOutputStream();
    certified.writeBytes(qe);
    certified.writeBytes(Signer.raw(pck, qe));
    certified.writeBytes(little(auth.length, 2));
    certified.writeBytes(auth);
    byte[] chain = (pem(pckCertificate) + authorities()).getBytes(StandardCharsets.US_ASCII);
    certified.writeBytes(little(5, 2));
    certified.writeBytes(little(chain.length, 4));
    certified.writeBytes(chain);

    var signature = new ByteArrayOutputStream();
    signature.writeBytes(Signer.raw(attestation, signed));
    signature.writeBytes(point);
    if (version > 3) {
      signature.writeBytes(little(6, 2));
      signature.writeBytes(little(certified.size(), 4));
    }
    signature.writeBytes(certified.toByteArray());
    var out = new ByteArrayOutputStream();
    out.writeBytes(signed);
    out.writeBytes(little(signature.size(), 4));
    out.writeBytes(signature.toByteArray());
    return out.toByteArray();
  }

  /** A quoting enclave's report: production, product 1 or 2, its SVN and signer. */
  public static byte[] qeReport(int product, int svn, byte[] signer) {
    var body = ByteBuffer.allocate(384).order(ByteOrder.LITTLE_ENDIAN);
    body.putLong(48, 0x11).putLong(56, 0xE7).put(128, signer);
    return body.putShort(256, (short) product).putShort(258, (short) svn).array();
  }

  private static byte[] little(int value, int size) {
    byte[] out = new byte[size];
    for (int i = 0; i < size; i++) out[i] = (byte) (value >>> 8 * i);
    return out;
  }
}
