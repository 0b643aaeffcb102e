package dev.theca.evidence;

import dev.theca.wire.Outcome;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An SGX quote of version 3 with an ECDSA P-256 attestation key and an embedded PCK chain (Intel
 * SGX ECDSA quote generation reference, "Quote Format"). Parsed, not verified.
 */
public record SgxQuote(
    byte[] signedBytes,
    int pceSvn,
    EnclaveReport report,
    byte[] signature,
    byte[] attestationKey,
    byte[] qeReportBytes,
    byte[] qeReportSignature,
    byte[] authData,
    String certificationData) {
  private static final int MAX = 64 << 10;
  private static final int HEADER = 48;
  private static final int SIGNED = HEADER + EnclaveReport.SIZE;
  private static final int FIXED = 64 + 64 + EnclaveReport.SIZE + 64 + 2;
  private static final byte[] VENDOR = {
    (byte) 0x93,
    (byte) 0x9A,
    0x72,
    0x33,
    (byte) 0xF7,
    (byte) 0x9C,
    0x4C,
    (byte) 0xA9,
    (byte) 0x94,
    0x0A,
    0x0D,
    (byte) 0xB3,
    (byte) 0x95,
    0x7F,
    0x06,
    0x07
  };

  public static Outcome<SgxQuote> parse(byte[] bytes) {
    try {
      return Outcome.granted(read(bytes));
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }

  static SgxQuote read(byte[] bytes) throws Rejected {
    if (bytes.length > MAX)
      throw new Rejected(
          EvidenceCode.FORMAT_LIMIT, "quote", "at most " + MAX + " bytes", bytes.length + " bytes");
    need(
        bytes.length >= SIGNED + 4 + FIXED + 6,
        "at least " + (SIGNED + 4 + FIXED + 6) + " bytes",
        bytes.length + " bytes");
    var in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int version = Short.toUnsignedInt(in.getShort(0));
    need(version == 3, "version 3", "version " + version);
    int keyType = Short.toUnsignedInt(in.getShort(2));
    need(keyType == 2, "attestation key type 2 (ECDSA P-256)", "type " + keyType);
    need(in.getInt(4) == 0, "reserved bytes of zero", "others");
    need(Arrays.equals(bytes, 12, 28, VENDOR, 0, 16), "Intel's QE vendor id", "another");
    int size = in.getInt(SIGNED);
    int from = SIGNED + 4;
    need(
        size >= FIXED + 6 && size <= bytes.length - from,
        "signature data within the quote",
        size + " bytes claimed");
    for (int i = from + size; i < bytes.length; i++) {
      if (bytes[i] != 0)
        throw new Rejected(
            EvidenceCode.FORMAT_TRAILING_BYTES,
            "quote",
            "nothing but zeroes after its end",
            "other bytes");
    }
    int authFrom = from + FIXED;
    int auth = Short.toUnsignedInt(in.getShort(authFrom - 2));
    int certFrom = authFrom + auth;
    need(
        auth + FIXED + 6 <= size,
        "authentication data within the signature data",
        auth + " bytes claimed");
    int certType = Short.toUnsignedInt(in.getShort(certFrom));
    int certSize = in.getInt(certFrom + 2);
    need(certType == 5, "certification data of type 5 (PEM chain)", "type " + certType);
    need(
        certSize >= 0 && FIXED + auth + 6 + certSize == size,
        "certification data that fills the signature data",
        certSize + " bytes claimed");
    return new SgxQuote(
        Arrays.copyOf(bytes, SIGNED),
        Short.toUnsignedInt(in.getShort(10)),
        EnclaveReport.read(Arrays.copyOfRange(bytes, HEADER, SIGNED)),
        part(bytes, from, 64),
        part(bytes, from + 64, 64),
        part(bytes, from + 128, EnclaveReport.SIZE),
        part(bytes, from + 128 + EnclaveReport.SIZE, 64),
        part(bytes, authFrom, auth),
        new String(bytes, certFrom + 6, certSize, StandardCharsets.ISO_8859_1));
  }

  private static byte[] part(byte[] bytes, int from, int length) {
    return Arrays.copyOfRange(bytes, from, from + length);
  }

  private static void need(boolean holds, String expected, String found) throws Rejected {
    if (!holds) throw new Rejected(EvidenceCode.FORMAT_QUOTE, "quote", expected, found);
  }

  /**
   * The platform's model as its certificate names it, to look up collateral; nothing is verified.
   */
  public Outcome<Platform> platform() {
    try {
      var chain = Chain.parse(certificationData, 3, "PCK chain");
      var pck = PckExtension.read(chain.getFirst());
      String issuer = chain.getFirst().getIssuerX500Principal().getName();
      return Outcome.granted(
          new Platform(pck.fmspc(), issuer.contains("Platform CA") ? "platform" : "processor"));
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }

  /**
   * Which of the trust roots the quote's chain claims to end in; for an early and clear refusal,
   * since nothing else is verified here.
   */
  public Outcome<String> claimedRoot(TrustRoots roots) {
    try {
      var chain = Chain.parse(certificationData, 3, "PCK chain");
      return Outcome.granted(Chain.anchor(chain.getLast(), roots, "PCK chain of the quote"));
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }

  /** Which collateral a quote needs: FMSPC in upper-case hex, and the kind of CA. */
  public record Platform(String fmspc, String ca) {}
}
