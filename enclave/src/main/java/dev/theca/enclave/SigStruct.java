package dev.theca.enclave;

import dev.theca.wire.Code;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The signature over an enclave's measurement (SGX SIGSTRUCT, 1808 bytes; Intel SDM vol. 3D,
 * "Enclave Signature Structure"): RSA-3072 with exponent 3. The signer's identity is the SHA-256 of
 * its modulus.
 */
public record SigStruct(
    byte[] mrEnclave,
    byte[] mrSigner,
    int isvProdId,
    int isvSvn,
    long flags,
    long flagsMask,
    long xfrm,
    long xfrmMask,
    int miscSelect,
    int miscMask) {
  public static final int SIZE = 1808;

  /** Flags of native bundles: MODE64BIT and KSS. */
  public static final long NATIVE_FLAGS = 0x84;

  public static final long NATIVE_XFRM = 0x3;
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] HEADER = HEX.parseHex("06000000e10000000000010000000000");
  private static final byte[] HEADER2 = HEX.parseHex("01010000600000006000000001000000");
  private static final int KEY = 384;

  /** The signer of the SDK's samples, whose private key is public. */
  private static final String SAMPLE_SIGNER =
      "83d719e77deaca1470f6baf62a4d774303c899db69020f9c70ee1dfc08c7ce9e";

  /** Signs a measurement with attributes of a native bundle. */
  public static byte[] sign(
      byte[] mrEnclave, KeyPair key, int isvProdId, int isvSvn, LocalDate date) {
    var modulus = ((RSAPublicKey) key.getPublic()).getModulus();
    if (modulus.bitLength() != 3072
        || !((RSAPublicKey) key.getPublic()).getPublicExponent().equals(BigInteger.valueOf(3))) {
      throw new IllegalArgumentException("an enclave signing key is RSA-3072 with exponent 3");
    }
    var out = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    out.put(0, HEADER).put(24, HEADER2);
    int year = date.getYear();
    out.put(
        20,
        new byte[] {
          bcd(date.getDayOfMonth()), bcd(date.getMonthValue()), bcd(year % 100), bcd(year / 100)
        });
    out.put(128, little(modulus)).putInt(512, 3);
    out.putInt(904, -1);
    out.putLong(928, NATIVE_FLAGS).putLong(936, NATIVE_XFRM).putLong(944, -1L).putLong(952, -1L);
    out.put(960, mrEnclave).putShort(1024, (short) isvProdId).putShort(1026, (short) isvSvn);
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key.getPrivate());
      signature.update(signedPart(out.array()));
      var s = new BigInteger(1, signature.sign());
      out.put(516, little(s));
      var q1 = s.multiply(s).divide(modulus);
      out.put(1040, little(q1));
      out.put(1424, little(s.multiply(s.multiply(s).mod(modulus)).divide(modulus)));
      return out.array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign an enclave", e);
    }
  }

  /**
   * Checks all that EINIT checks of the structure itself; the measurement is the caller's to
   * compare.
   */
  public static Outcome<SigStruct> verify(byte[] bytes) {
    if (bytes.length != SIZE) return refused("1808 bytes", bytes.length + " bytes");
    var in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (!Arrays.equals(bytes, 0, 16, HEADER, 0, 16)
        || !Arrays.equals(bytes, 24, 40, HEADER2, 0, 16)
        || in.getInt(512) != 3) {
      return refused("the constants of a SIGSTRUCT", "others");
    }
    if (!zero(bytes, 44, 128)
        || !zero(bytes, 910, 912)
        || !zero(bytes, 992, 1008)
        || !zero(bytes, 1028, 1040)) {
      return refused("reserved bytes of zero", "others");
    }
    var modulus = big(bytes, 128);
    var s = big(bytes, 516);
    if (modulus.bitLength() != 3072 || s.compareTo(modulus) >= 0)
      return refused("a modulus of 3072 bits above the signature", "others");
    if (!s.multiply(s).divide(modulus).equals(big(bytes, 1040))
        || !s.multiply(s.multiply(s).mod(modulus)).divide(modulus).equals(big(bytes, 1424))) {
      return refused("q1 and q2 of this signature", "others");
    }
    if (!holds(modulus, s, signedPart(bytes)))
      return refused("a signature of its modulus", "another, or changed bytes");
    byte[] signer = Digest.hasher("sha256").digest(Arrays.copyOfRange(bytes, 128, 128 + KEY));
    if (HEX.formatHex(signer).equals(SAMPLE_SIGNER))
      return refused("a signer of your own", "the SDK's sample key, which everybody has");
    return Outcome.granted(
        new SigStruct(
            Arrays.copyOfRange(bytes, 960, 992),
            signer,
            Short.toUnsignedInt(in.getShort(1024)),
            Short.toUnsignedInt(in.getShort(1026)),
            in.getLong(928),
            in.getLong(944),
            in.getLong(936),
            in.getLong(952),
            in.getInt(900),
            in.getInt(904)));
  }

  /** MRSIGNER of a key. */
  public static byte[] mrSigner(RSAPublicKey key) {
    return Digest.hasher("sha256").digest(little(key.getModulus()));
  }

  private static boolean holds(BigInteger modulus, BigInteger s, byte[] message) {
    try {
      var key =
          KeyFactory.getInstance("RSA")
              .generatePublic(new RSAPublicKeySpec(modulus, BigInteger.valueOf(3)));
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(key);
      signature.update(message);
      byte[] big = little(s);
      reverse(big);
      return signature.verify(big);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static byte[] signedPart(byte[] bytes) {
    return ByteBuffer.allocate(256).put(bytes, 0, 128).put(bytes, 900, 128).array();
  }

  private static byte bcd(int number) {
    return (byte) (number / 10 << 4 | number % 10);
  }

  private static boolean zero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) if (bytes[i] != 0) return false;
    return true;
  }

  private static byte[] little(BigInteger value) {
    byte[] big = value.toByteArray();
    byte[] out = new byte[KEY];
    for (int i = 0; i < Math.min(KEY, big.length); i++) out[i] = big[big.length - 1 - i];
    return out;
  }

  private static BigInteger big(byte[] bytes, int from) {
    byte[] copy = Arrays.copyOfRange(bytes, from, from + KEY);
    reverse(copy);
    return new BigInteger(1, copy);
  }

  private static void reverse(byte[] bytes) {
    for (int i = 0, j = bytes.length - 1; i < j; i++, j--) {
      byte b = bytes[i];
      bytes[i] = bytes[j];
      bytes[j] = b;
    }
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return Outcome.refused(
        Code.of("launch-signature"),
        "signature of the enclave (SIGSTRUCT)",
        expected,
        found,
        "sign the bundle again with the builder's key");
  }
}
