package dev.theca.rego.builtin.crypto;

import dev.theca.wire.der.DerReader;
import java.math.BigInteger;
import java.util.Arrays;

/** Elements of DER that certificates use beyond the common ones. */
final class Asn1 {
  private static final int MAX_BITS = 32_768;

  private Asn1() {}

  /** A BIT STRING: its bytes, and how many bits at the end count for nothing. */
  record Bits(byte[] bytes, int unused) {
    /** The bit of this number from the left. */
    boolean at(int bit) {
      return bit < 8 * bytes.length - unused && (bytes[bit / 8] & 0x80 >> bit % 8) != 0;
    }

    /** The bits as a number's bytes: shifted to the right end. */
    byte[] aligned() {
      if (unused == 0) return bytes;
      byte[] out = new byte[bytes.length];
      for (int i = 0; i < out.length; i++) {
        int carry = i == 0 ? 0 : bytes[i - 1] << 8 - unused;
        out[i] = (byte) ((bytes[i] & 0xFF) >> unused | carry);
      }
      return out;
    }
  }

  static Bits bits(DerReader in) throws DerReader.Malformed {
    byte[] content = in.content(3);
    if (content.length == 0
        || content[0] < 0
        || content[0] > 7
        || content.length == 1 && content[0] != 0
        || content.length > 1 && (content[content.length - 1] & (1 << content[0]) - 1) != 0)
      throw new DerReader.Malformed("a malformed bit string");
    return new Bits(Arrays.copyOfRange(content, 1, content.length), content[0]);
  }

  /** A number that can be shown without much work. */
  static BigInteger integer(DerReader in) throws DerReader.Malformed {
    var number = in.integer();
    if (number.bitLength() > MAX_BITS) throw new DerReader.Malformed("a number of too many bits");
    return number;
  }

  static boolean bool(DerReader in) throws DerReader.Malformed {
    byte[] content = in.content(1);
    if (content.length != 1 || content[0] != 0 && content[0] != -1)
      throw new DerReader.Malformed("a malformed boolean");
    return content[0] != 0;
  }
}
