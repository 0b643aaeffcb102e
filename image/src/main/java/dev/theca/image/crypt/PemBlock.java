package dev.theca.image.crypt;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * One block of a PEM file (RFC 7468; headers of RFC 1421 for old encrypted keys), read from bytes:
 * a private key never becomes a String. {@code headers} are those before the first empty line.
 */
record PemBlock(String label, List<String> headers, byte[] der) {
  private static final byte[] BEGIN = ascii("-----BEGIN ");
  private static final byte[] END = ascii("-----END ");
  private static final int MAX_BLOCKS = 64;
  private static final int MAX_LABEL = 64;

  /** The blocks in order; what is malformed is left out. */
  static List<PemBlock> read(byte[] text) {
    var blocks = new ArrayList<PemBlock>();
    int at = 0;
    while (blocks.size() < MAX_BLOCKS && (at = find(text, BEGIN, at)) >= 0) {
      int labelEnd = find(text, ascii("-----"), at + BEGIN.length);
      if (labelEnd < 0) break;
      int end = find(text, END, labelEnd + 5);
      if (end < 0) break;
      if (labelEnd - at - BEGIN.length <= MAX_LABEL)
        block(text, at + BEGIN.length, labelEnd, end).ifPresent(blocks::add);
      at = end + END.length;
    }
    return blocks;
  }

  private static Optional<PemBlock> block(byte[] text, int labelFrom, int labelEnd, int end) {
    String label = latin(text, labelFrom, labelEnd);
    if (!latin(text, end + END.length, Math.min(text.length, end + END.length + label.length()))
        .equals(label)) return Optional.empty();
    var headers = new ArrayList<String>();
    int from = labelEnd + 5;
    for (int line = from; line < end; ) {
      int next = lineEnd(text, line, end);
      String words = next - line < 200 ? latin(text, line, next).strip() : "";
      line = next + 1;
      if (words.isEmpty()) continue;
      if (words.indexOf(':') < 0) break;
      headers.add(words);
      from = line;
    }
    byte[] kept = Arrays.copyOfRange(text, Math.min(from, end), end);
    try {
      return Optional.of(
          new PemBlock(label, List.copyOf(headers), Base64.getMimeDecoder().decode(kept)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    } finally {
      Arrays.fill(kept, (byte) 0);
    }
  }

  private static int lineEnd(byte[] text, int from, int end) {
    int at = from;
    while (at < end && text[at] != '\n') at++;
    return at;
  }

  private static String latin(byte[] text, int from, int to) {
    return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static int find(byte[] text, byte[] wanted, int from) {
    for (int at = from; at <= text.length - wanted.length; at++)
      if (Arrays.equals(text, at, at + wanted.length, wanted, 0, wanted.length)) return at;
    return -1;
  }

  void erase() {
    Arrays.fill(der, (byte) 0);
  }
}
