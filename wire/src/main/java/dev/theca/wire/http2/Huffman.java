package dev.theca.wire.http2;

import java.nio.charset.StandardCharsets;

/**
 * The code of RFC 7541 appendix B. It is canonical: codes of one length follow each other in the
 * order of their symbols, so the lengths say everything.
 */
final class Huffman {
  private static final int END = 256;
  private static final int LONGEST = 30;

  /** The length of each symbol's code, as a digit to base 36; the end mark comes last. */
  private static final String LENGTHS =
      "dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6ca"
          + "d67777777777777777777777878djde6f56565666577666567655677777fbeds"
          + "kmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmn"
          + "qqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrq"
          + "u";

  private static final int[] FIRST = new int[LONGEST + 1];
  private static final int[] COUNT = new int[LONGEST + 1];
  private static final int[] OFFSET = new int[LONGEST + 1];
  private static final short[] SYMBOLS = new short[END + 1];

  static {
    for (int symbol = 0; symbol <= END; symbol++) COUNT[length(symbol)]++;
    int code = 0;
    int placed = 0;
    for (int length = 1; length <= LONGEST; length++) {
      code <<= 1;
      FIRST[length] = code;
      OFFSET[length] = placed;
      for (int symbol = 0; symbol <= END; symbol++)
        if (length(symbol) == length) SYMBOLS[placed++] = (short) symbol;
      code += COUNT[length];
    }
  }

  private Huffman() {}

  private static int length(int symbol) {
    return Character.digit(LENGTHS.charAt(symbol), Character.MAX_RADIX);
  }

  static String decode(byte[] in, int from, int size) throws Http2Exception {
    byte[] out = new byte[size * 8 / 5]; // no code is shorter than 5 bits
    int count = 0;
    int code = 0;
    int length = 0;
    for (int bit = 0; bit < size * 8; bit++) {
      code = code << 1 | (in[from + (bit >> 3)] >> (7 - (bit & 7)) & 1);
      length++;
      int index = code - FIRST[length];
      if (index < COUNT[length]) {
        int symbol = SYMBOLS[OFFSET[length] + index];
        if (symbol == END) throw broken("the end mark inside a string");
        out[count++] = (byte) symbol;
        code = 0;
        length = 0;
      }
    }
    // §5.2: what is left over is shorter than a byte and the beginning of the end mark: all ones.
    if (length > 7 || code != (1 << length) - 1) throw broken("padding that is none");
    return new String(out, 0, count, StandardCharsets.ISO_8859_1);
  }

  private static Http2Exception broken(String words) {
    return new Http2Exception(ErrorCode.COMPRESSION_ERROR, "Huffman code: " + words);
  }
}
