package dev.theca.wire.der;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** PEM text (RFC 7468): the blocks of one label, in order. */
public final class Pem {
  private static final int MAX_CHARS = 1 << 20;
  private static final int MAX_BLOCKS = 64;

  private Pem() {}

  public static String write(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  /**
   * The decoded blocks with this label; empty when the text is too large or a block is malformed.
   */
  public static Optional<List<byte[]>> read(String label, String text) {
    if (text.length() > MAX_CHARS) return Optional.empty();
    var blocks = new ArrayList<byte[]>();
    String begin = "-----BEGIN " + label + "-----";
    String end = "-----END " + label + "-----";
    int at = 0;
    while ((at = text.indexOf(begin, at)) >= 0) {
      int from = at + begin.length();
      int to = text.indexOf("-----", from);
      if (to < 0 || !text.startsWith(end, to) || blocks.size() == MAX_BLOCKS)
        return Optional.empty();
      var block = decode(text, from, to);
      if (block.isEmpty()) return Optional.empty();
      blocks.add(block.get());
      at = to + end.length();
    }
    return Optional.of(List.copyOf(blocks));
  }

  private static Optional<byte[]> decode(String text, int from, int to) {
    byte[] kept = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c == '\n' || c == '\r' || c == ' ' || c == '\t') continue;
      if (c > 127) return Optional.empty();
      kept[length++] = (byte) c;
    }
    try {
      return Optional.of(Base64.getDecoder().decode(Arrays.copyOf(kept, length)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
