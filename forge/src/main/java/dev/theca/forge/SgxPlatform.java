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
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * An Intel-shaped provisioning world under its own root: root and Processor CA, TCB signing, one
 * platform's PCK, and a quoting enclave. Produces what a verifier of SGX quotes reads; the names
 * say "Simulated", and trust in any of it needs somebody who names the root key. Times come from
 * the caller. Knobs make each defect that a verifier must catch.
 */
public final class SgxPlatform {
  private static final HexFormat HEX = HexFormat.of();
  private static final HexFormat HEX_UPPER = HexFormat.of().withUpperCase();
  private static final String SGX = "1.2.840.113741.1.13.1";
  private static final byte[] VENDOR = HEX.parseHex("939a7233f79c4ca9940a0db3957f0607");
  private static final int QUOTE_SIGNED = 432;

  /** What may be wrong with the world; {@link #good()} is right in everything. */
  public record Knobs(
      String tcbStatus,
      List<String> advisories,
      String qeStatus,
      boolean revokedPck,
      boolean revokedIntermediate,
      Duration documentsValid,
      Duration crlsValid,
      Duration certificatesValid,
      boolean otherFmspc,
      int evaluationNumber) {
    public static Knobs good() {
      return new Knobs(
          "UpToDate",
          List.of(),
          "UpToDate",
          false,
          false,
          Duration.ofDays(30),
          Duration.ofDays(30),
          Duration.ofDays(3650),
          false,
          17);
    }

    public Knobs withTcb(String status, String... advisoryIds) {
      return new Knobs(
          status,
          List.of(advisoryIds),
          qeStatus,
          revokedPck,
          revokedIntermediate,
          documentsValid,
          crlsValid,
          certificatesValid,
          otherFmspc,
          evaluationNumber);
    }

    public Knobs withQe(String status) {
      return new Knobs(
          tcbStatus,
          advisories,
          status,
          revokedPck,
          revokedIntermediate,
          documentsValid,
          crlsValid,
          certificatesValid,
          otherFmspc,
          evaluationNumber);
    }

    public Knobs withRevoked(boolean pck, boolean intermediate) {
      return new Knobs(
          tcbStatus,
          advisories,
          qeStatus,
          pck,
          intermediate,
          documentsValid,
          crlsValid,
          certificatesValid,
          otherFmspc,
          evaluationNumber);
    }

    /** How long documents, CRLs and certificates are valid from their issue. */
    public Knobs withValidity(Duration documents, Duration crls, Duration certificates) {
      return new Knobs(
          tcbStatus,
          advisories,
          qeStatus,
          revokedPck,
          revokedIntermediate,
          documents,
          crls,
          certificates,
          otherFmspc,
          evaluationNumber);
    }

    public Knobs withOtherFmspc() {
      return new Knobs(
          tcbStatus,
          advisories,
          qeStatus,
          revokedPck,
          revokedIntermediate,
          documentsValid,
          crlsValid,
          certificatesValid,
          true,
          evaluationNumber);
    }
  }

  /**
   * What a PCS serves for this platform: documents as bytes, chains as PEM (leaf first), CRLs as
   * DER.
   */
  public record Documents(
      byte[] tcbInfo,
      String tcbChain,
      byte[] qeIdentity,
      String qeChain,
      byte[] pckCrl,
      String pckCrlChain,
      byte[] rootCrl) {}

  private final KeyPair rootKey;
  private final KeyPair processorKey = Signer.newKey();
  private final KeyPair signingKey = Signer.newKey();
  private final KeyPair pckKey;
  private final KeyPair attestationKey = Signer.newKey();
  private final byte[] root;
  private final byte[] processorCa;
  private final byte[] signing;
  private final byte[] pck;
  private final byte[] fmspc;
  private final byte[] ppid = new byte[16];
  private final byte[] cpuSvn;
  private final byte[] qeSigner = new byte[32];
  private final BigInteger pckSerial;
  private final BigInteger processorSerial;
  private final Instant issued;

  /**
   * A new platform.
   *
   * @param rootKey the key under which everything stands
   * @param cpuSvn 16 bytes; each is a component SVN of the TCB
   * @param fmspc 6 bytes that name the platform's model
   */
  public SgxPlatform(KeyPair rootKey, byte[] cpuSvn, byte[] fmspc, Instant issued, Knobs knobs) {
    var random = new SecureRandom();
    this.rootKey = rootKey;
    this.pckKey = Signer.newKey();
    this.cpuSvn = cpuSvn.clone();
    this.fmspc = fmspc.clone();
    this.issued = issued;
    random.nextBytes(ppid);
    random.nextBytes(qeSigner);
    pckSerial = new BigInteger(150, random).setBit(0);
    processorSerial = new BigInteger(150, random).setBit(0);
    Instant from = issued.minus(Duration.ofMinutes(5));
    Instant to = issued.plus(knobs.certificatesValid());
    var rootIssuer = rootIssuer();
    root =
        Certificates.certificate(
            rootIssuer,
            new Certificates.Subject(
                rootIssuer.commonName(), rootKey.getPublic(), true, 1, List.of()),
            BigInteger.ONE,
            from,
            issued.plus(Duration.ofDays(7300)));
    processorCa =
        Certificates.certificate(
            rootIssuer,
            new Certificates.Subject(
                processor().commonName(), processorKey.getPublic(), true, 0, List.of()),
            processorSerial,
            from,
            to);
    signing =
        Certificates.certificate(
            rootIssuer,
            new Certificates.Subject(
                "Simulated SGX TCB Signing", signingKey.getPublic(), false, 0, List.of()),
            BigInteger.TWO,
            from,
            to);
    var extension = Certificates.extension(SGX, false, sgxExtension());
    pck =
        Certificates.certificate(
            processor(),
            new Certificates.Subject(
                "Simulated SGX PCK Certificate", pckKey.getPublic(), false, 0, List.of(extension)),
            pckSerial,
            from,
            to);
  }

  private Certificates.Issuer rootIssuer() {
    return new Certificates.Issuer("Simulated SGX Root CA", rootKey);
  }

  private Certificates.Issuer processor() {
    return new Certificates.Issuer("Simulated SGX PCK Processor CA", processorKey);
  }

  /** The extension of a PCK certificate (evidence of the platform's identity and TCB). */
  private byte[] sgxExtension() {
    var tcb = new ArrayList<byte[]>();
    for (int i = 0; i < 16; i++)
      tcb.add(Der.sequence(Der.oid(SGX + ".2." + (i + 1)), Der.integer(cpuSvn[i] & 0xFF)));
    tcb.add(Der.sequence(Der.oid(SGX + ".2.17"), Der.integer(pceSvn())));
    tcb.add(Der.sequence(Der.oid(SGX + ".2.18"), Der.octets(cpuSvn)));
    return Der.sequence(
        Der.sequence(Der.oid(SGX + ".1"), Der.octets(ppid)),
        Der.sequence(Der.oid(SGX + ".2"), Der.sequence(tcb.toArray(byte[][]::new))),
        Der.sequence(Der.oid(SGX + ".3"), Der.octets(new byte[] {0, 0})),
        Der.sequence(Der.oid(SGX + ".4"), Der.octets(fmspc)),
        Der.sequence(Der.oid(SGX + ".5"), Der.enumerated(0)));
  }

  private static int pceSvn() {
    return 13;
  }

  public byte[] rootCertificate() {
    return root;
  }

  public String rootPem() {
    return pem(root);
  }

  /** Leaf, intermediate, root. */
  public String pckChain() {
    return pem(pck) + pem(processorCa) + pem(root);
  }

  public byte[] fmspc() {
    return fmspc.clone();
  }

  private static String pem(byte[] der) {
    return Pem.write("CERTIFICATE", der);
  }

  /** The documents as of {@code now}. */
  public Documents documents(Instant now, Knobs knobs) {
    String signingChain = pem(signing) + pem(root);
    List<BigInteger> pcks = knobs.revokedPck() ? List.of(pckSerial) : List.of();
    List<BigInteger> cas = knobs.revokedIntermediate() ? List.of(processorSerial) : List.of();
    return new Documents(
        tcbInfo(now, knobs),
        signingChain,
        qeIdentity(now, knobs),
        signingChain,
        Certificates.crl(processor(), 1, now, now.plus(knobs.crlsValid()), pcks),
        pem(processorCa) + pem(root),
        Certificates.crl(rootIssuer(), 1, now, now.plus(knobs.crlsValid()), cas));
  }

  private byte[] tcbInfo(Instant now, Knobs knobs) {
    byte[] model = fmspc.clone();
    if (knobs.otherFmspc()) model[5] ^= 1;
    String level = level(components(0), pceSvn(), now, knobs.tcbStatus(), knobs.advisories());
    String older =
        level(
            components(1),
            pceSvn() - 1,
            now.minus(Duration.ofDays(400)),
            "OutOfDate",
            List.of("SIM-SA-00001"));
    String body =
        ("{\"id\":\"SGX\",\"version\":3,\"issueDate\":\"%s\",\"nextUpdate\":\"%s\",\"fmspc\":\"%s\",\"pceId\":\"0000\",\"tcbType\":0,"
                + "\"tcbEvaluationDataNumber\":%d,\"tcbLevels\":[%s,%s]}")
            .formatted(
                date(now),
                date(now.plus(knobs.documentsValid())),
                HEX_UPPER.formatHex(model),
                knobs.evaluationNumber(),
                level,
                older);
    return signed("tcbInfo", body);
  }

  private String components(int below) {
    var parts = new ArrayList<String>();
    for (byte svn : cpuSvn) parts.add("{\"svn\":" + Math.max(0, (svn & 0xFF) - below) + "}");
    return String.join(",", parts);
  }

  private static String level(
      String components, int pceSvn, Instant date, String status, List<String> advisories) {
    String ids =
        advisories.isEmpty()
            ? ""
            : ",\"advisoryIDs\":[\"" + String.join("\",\"", advisories) + "\"]";
    return "{\"tcb\":{\"sgxtcbcomponents\":[%s],\"pcesvn\":%d},\"tcbDate\":\"%s\",\"tcbStatus\":\"%s\"%s}"
        .formatted(components, pceSvn, date(date), status, ids);
  }

  private byte[] qeIdentity(Instant now, Knobs knobs) {
    String body =
        ("{\"id\":\"QE\",\"version\":2,\"issueDate\":\"%s\",\"nextUpdate\":\"%s\",\"tcbEvaluationDataNumber\":%d,"
                + "\"miscselect\":\"00000000\",\"miscselectMask\":\"FFFFFFFF\",\"attributes\":\"11000000000000000000000000000000\","
                + "\"attributesMask\":\"FBFFFFFFFFFFFFFF0000000000000000\",\"mrsigner\":\"%s\",\"isvprodid\":1,"
                + "\"tcbLevels\":[{\"tcb\":{\"isvsvn\":8},\"tcbDate\":\"%s\",\"tcbStatus\":\"%s\"}]}")
            .formatted(
                date(now),
                date(now.plus(knobs.documentsValid())),
                knobs.evaluationNumber(),
                HEX_UPPER.formatHex(qeSigner),
                date(now),
                knobs.qeStatus());
    return signed("enclaveIdentity", body);
  }

  private byte[] signed(String member, String body) {
    byte[] signature = Signer.raw(signingKey, body.getBytes(StandardCharsets.UTF_8));
    return ("{\"" + member + "\":" + body + ",\"signature\":\"" + HEX.formatHex(signature) + "\"}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String date(Instant at) {
    return at.truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString();
  }

  /**
   * A quote of version 3 over a 384-byte enclave report body, signed by this platform's quoting
   * enclave.
   */
  public byte[] quote(byte[] reportBody) {
    if (reportBody.length != 384) throw new IllegalArgumentException("a report body has 384 bytes");
    var head = ByteBuffer.allocate(QUOTE_SIGNED).order(ByteOrder.LITTLE_ENDIAN);
    head.putShort((short) 3)
        .putShort((short) 2)
        .putInt(0)
        .putShort((short) 8)
        .putShort((short) pceSvn())
        .put(VENDOR)
        .put(new byte[20]);
    head.put(reportBody);
    byte[] authData = new byte[32];
    for (int i = 0; i < 32; i++) authData[i] = (byte) i;
    byte[] key = Signer.point(attestationKey);
    byte[] qeReport = qeReport(key, authData);
    byte[] chain = pckChain().getBytes(StandardCharsets.US_ASCII);
    var out = new ByteArrayOutputStream();
    out.writeBytes(Signer.raw(attestationKey, head.array()));
    out.writeBytes(key);
    out.writeBytes(qeReport);
    out.writeBytes(Signer.raw(pckKey, qeReport));
    out.writeBytes(little(authData.length, 2));
    out.writeBytes(authData);
    out.writeBytes(little(5, 2));
    out.writeBytes(little(chain.length, 4));
    out.writeBytes(chain);
    return ByteBuffer.allocate(QUOTE_SIGNED + 4 + out.size())
        .put(head.array())
        .put(little(out.size(), 4))
        .put(out.toByteArray())
        .array();
  }

  private byte[] qeReport(byte[] attestationPoint, byte[] authData) {
    var hash = Digest.hasher("sha256");
    hash.update(attestationPoint);
    hash.update(authData);
    var body = ByteBuffer.allocate(384).order(ByteOrder.LITTLE_ENDIAN);
    body.put(0, cpuSvn).putLong(48, 0x15).putLong(56, 0xE7).put(128, qeSigner);
    body.putShort(256, (short) 1).putShort(258, (short) 8).put(320, hash.digest());
    return body.array();
  }

  private static byte[] little(int value, int size) {
    byte[] out = new byte[size];
    for (int i = 0; i < size; i++) out[i] = (byte) (value >>> 8 * i);
    return out;
  }

  /** When this platform's certificates were issued. */
  public Instant issued() {
    return issued;
  }
}
