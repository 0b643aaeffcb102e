package dev.theca.evidence.csv;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Step;
import dev.theca.evidence.audit.Rejected;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * A certificate in Hygon's own forms: root and HSK of 832 bytes, CEK and PEK of 2084; numbers
 * little endian.
 *
 * @param signed the bytes that signatures cover
 * @param signatures one in the short form, two in the long one
 */
record HygonCertificate(
    byte[] encoded,
    int usage,
    BigInteger x,
    BigInteger y,
    byte[] userId,
    byte[] signed,
    List<Signed> signatures) {
  static final int SHORT = 832;
  static final int LONG = 2084;
  static final int USAGE_CEK = 0x1004;
  static final int USAGE_PEK = 0x1002;

  /** A signature, and the usage of the key that made it. */
  record Signed(int usage, byte[] raw) {}

  static HygonCertificate root(byte[] bytes) throws Rejected {
    if (bytes.length != SHORT) throw bad("832 bytes", bytes.length + "");
    return new HygonCertificate(
        bytes,
        u32(bytes, 36),
        number(bytes, 68),
        number(bytes, 140),
        userId(bytes, 212),
        Arrays.copyOf(bytes, 576),
        List.of(new Signed(0, raw(bytes, 576))));
  }

  static HygonCertificate chip(byte[] bytes) throws Rejected {
    if (bytes.length != LONG) throw bad("2084 bytes", bytes.length + "");
    return new HygonCertificate(
        bytes,
        u32(bytes, 8),
        number(bytes, 20),
        number(bytes, 92),
        userId(bytes, 164),
        Arrays.copyOf(bytes, 1044),
        List.of(
            new Signed(u32(bytes, 1044), raw(bytes, 1052)),
            new Signed(u32(bytes, 1564), raw(bytes, 1572))));
  }

  private static int u32(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
  }

  /** A little-endian number of 72 bytes, of which 32 count. */
  private static BigInteger number(byte[] bytes, int at) throws Rejected {
    for (int i = 32; i < 72; i++)
      if (bytes[at + i] != 0) throw bad("coordinates of 32 bytes", "longer ones");
    byte[] big = new byte[32];
    for (int i = 0; i < 32; i++) big[i] = bytes[at + 31 - i];
    return new BigInteger(1, big);
  }

  private static byte[] raw(byte[] bytes, int at) throws Rejected {
    byte[] out = new byte[64];
    System.arraycopy(Sm2.bytes(number(bytes, at)), 0, out, 0, 32);
    System.arraycopy(Sm2.bytes(number(bytes, at + 72)), 0, out, 32, 32);
    return out;
  }

  private static byte[] userId(byte[] bytes, int at) throws Rejected {
    int size =
        Short.toUnsignedInt(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getShort(at));
    if (size > 254) throw bad("a user id of at most 254 bytes", size + "");
    return Arrays.copyOfRange(bytes, at + 2, at + 2 + size);
  }

  /** Whether this key made the signature over another certificate. */
  boolean signed(HygonCertificate other, Signed signature) {
    return Sm2.verify(x, y, userId, other.signed(), signature.raw());
  }

  private static Rejected bad(String expected, String found) {
    return new Rejected(
        EvidenceCode.FORMAT_CERTIFICATE, Step.CHAIN, "Hygon certificate", expected, found);
  }

  @Override
  public String toString() {
    return "Hygon certificate of usage " + Integer.toHexString(usage);
  }
}
