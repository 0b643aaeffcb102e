package dev.theca.evidence.intel;

import dev.theca.evidence.EnclaveReport;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.IntelQuote;
import dev.theca.evidence.QuoteSignature;
import dev.theca.evidence.SgxQuote;
import dev.theca.evidence.Step;
import dev.theca.evidence.TdReport;
import dev.theca.evidence.TdxQuote;
import dev.theca.evidence.audit.Rejected;
import dev.theca.wire.Outcome;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Reads quotes of version 3, 4 and 5 (Intel SGX ECDSA quote library and Intel TDX DCAP quoting
 * library, "Quote Format"). Sizes are checked before anything is read.
 */
public final class QuoteReader {
  private static final int MAX = 64 << 10;
  private static final int MIN = 1020;
  private static final int HEADER = 48;
  private static final int DESCRIPTOR = 6;
  private static final int TEE_SGX = 0;
  private static final int TEE_TDX = 0x81;
  private static final byte[] VENDOR = HexFormat.of().parseHex("939a7233f79c4ca9940a0db3957f0607");

  private final byte[] bytes;
  private final ByteBuffer in;
  private final boolean anyTail;

  private QuoteReader(byte[] bytes, boolean anyTail) {
    this.bytes = bytes;
    this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.anyTail = anyTail;
  }

  /** After the quote nothing but zeroes may follow: cloud guests pad. */
  public static Outcome<IntelQuote> parse(byte[] bytes) {
    try {
      return Outcome.granted(read(bytes, false));
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }

  static IntelQuote read(byte[] bytes, boolean anyTail) throws Rejected {
    if (bytes.length > MAX)
      throw new Rejected(
          EvidenceCode.FORMAT_LIMIT,
          Step.FORMAT,
          "quote",
          "at most " + MAX + " bytes",
          bytes.length + " bytes");
    return new QuoteReader(bytes, anyTail).quote();
  }

  private IntelQuote quote() throws Rejected {
    need(bytes.length >= MIN, "at least " + MIN + " bytes", bytes.length + " bytes");
    int version = u16(0);
    need(version >= 3 && version <= 5, "version 3, 4 or 5", "version " + version);
    need(u16(2) == 2, "attestation key type 2 (ECDSA P-256)", "type " + u16(2));
    int tee = in.getInt(4);
    if (version == 3) need(tee == TEE_SGX, "reserved bytes of zero", "others");
    else need(tee == TEE_SGX || tee == TEE_TDX, "TEE type 0 or 0x81", Integer.toHexString(tee));
    need(Arrays.equals(bytes, 12, 28, VENDOR, 0, 16), "Intel's QE vendor id", "another");
    int bodyFrom = version == 5 ? HEADER + DESCRIPTOR : HEADER;
    int bodyType = version == 5 ? descriptor(tee) : tee == TEE_SGX ? 1 : 2;
    int bodySize = bodySize(bodyType);
    int from = bodyFrom + bodySize;
    need(from + 4 <= bytes.length, "a body of " + bodySize + " bytes", "fewer");
    var signature = signature(version, from);
    byte[] signed = Arrays.copyOf(bytes, from);
    byte[] body = Arrays.copyOfRange(bytes, bodyFrom, from);
    if (bodyType == 1) return new SgxQuote(version, EnclaveReport.read(body), signature, signed);
    var layout = TdReport.Layout.values()[bodyType - 2];
    return new TdxQuote(version, TdReport.read(layout, body), signature, signed, Optional.empty());
  }

  private int descriptor(int tee) throws Rejected {
    int type = u16(HEADER);
    long size = Integer.toUnsignedLong(in.getInt(HEADER + 2));
    need(type >= 1 && type <= 4, "body type 1 to 4", "type " + type);
    need(size == bodySize(type), "the size of body type " + type, size + " bytes");
    need((tee == TEE_SGX) == (type == 1), "a body that fits the TEE", "body type " + type);
    return type;
  }

  private static int bodySize(int type) {
    return type == 1 ? EnclaveReport.SIZE : TdReport.Layout.values()[type - 2].bytes;
  }

  private QuoteSignature signature(int version, int at) throws Rejected {
    long size = Integer.toUnsignedLong(in.getInt(at));
    int from = at + 4;
    need(size <= bytes.length - from, "signature data within the quote", size + " bytes claimed");
    int end = from + (int) size;
    if (!anyTail) zeroTail(end);
    need(size >= 128, "signature and key", size + " bytes");
    byte[] signature = part(from, 64);
    byte[] key = part(from + 64, 64);
    int at2 = from + 128;
    if (version > 3) {
      need(end - at2 >= 6, "certification data", "none");
      int type = u16(at2);
      long inner = Integer.toUnsignedLong(in.getInt(at2 + 2));
      need(type == 6, "certification data of type 6", "type " + type);
      at2 += 6;
      need(
          inner == end - at2, "certification data that fills the signature data", inner + " bytes");
    }
    return certified(signature, key, at2, end);
  }

  private QuoteSignature certified(byte[] signature, byte[] key, int from, int end)
      throws Rejected {
    int fixed = EnclaveReport.SIZE + 64 + 2;
    need(end - from >= fixed, "the QE report and its signature", (end - from) + " bytes");
    int auth = u16(from + fixed - 2);
    int authFrom = from + fixed;
    need(auth <= end - authFrom - 6, "authentication data within the quote", auth + " bytes");
    int certFrom = authFrom + auth;
    int type = u16(certFrom);
    long size = Integer.toUnsignedLong(in.getInt(certFrom + 2));
    need(type >= 1 && type <= 5, "certification data of type 1 to 5", "type " + type);
    need(
        size == end - certFrom - 6,
        "certification data that fills the signature data",
        size + " bytes claimed");
    return new QuoteSignature(
        signature,
        key,
        part(from, EnclaveReport.SIZE),
        part(from + EnclaveReport.SIZE, 64),
        part(authFrom, auth),
        type,
        part(certFrom + 6, (int) size));
  }

  private void zeroTail(int end) throws Rejected {
    for (int i = end; i < bytes.length; i++) {
      if (bytes[i] != 0)
        throw new Rejected(
            EvidenceCode.FORMAT_TRAILING_BYTES,
            Step.FORMAT,
            "quote",
            "nothing but zeroes after its end at byte " + end,
            "other bytes");
    }
  }

  private int u16(int at) {
    return Short.toUnsignedInt(in.getShort(at));
  }

  private byte[] part(int from, int length) {
    return Arrays.copyOfRange(bytes, from, from + length);
  }

  private static void need(boolean holds, String expected, String found) throws Rejected {
    if (!holds)
      throw new Rejected(EvidenceCode.FORMAT_QUOTE, Step.FORMAT, "quote", expected, found);
  }
}
