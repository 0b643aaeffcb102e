package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.BuiltinFault;
import org.jspecify.annotations.Nullable;

/**
 * A PEM block as Go's {@code encoding/pem} finds it: at the begin of a line, with headers or
 * without; what is malformed is passed over.
 *
 * @param type such as {@code CERTIFICATE}
 * @param bytes the content
 * @param end where the text goes on behind the block
 */
record PemBlock(String type, byte[] bytes, int end) {
  private static final String BEGIN = "\n-----BEGIN ";
  private static final String END = "\n-----END ";
  private static final String DASHES = "-----";

  /** The first block at or after this place, null where there is none. */
  static @Nullable PemBlock next(String text, int from) {
    int at = from;
    int endLine = -1; // the first one behind "at", looked for once
    while (true) {
      if (text.startsWith(BEGIN.substring(1), at)) at += BEGIN.length() - 1;
      else {
        int begin = text.indexOf(BEGIN, at);
        if (begin < 0) return null;
        at = begin + BEGIN.length();
      }
      String type = line(text, at);
      at = nextLine(text, at);
      if (!type.endsWith(DASHES)) continue;
      type = type.substring(0, type.length() - DASHES.length());
      int body = body(text, at);
      if (body < 0) return null;
      boolean empty = body == at && text.startsWith(END.substring(1), body);
      at = body;
      if (endLine < body) endLine = text.indexOf(END, body);
      int end = empty ? body - 1 : endLine;
      if (end < 0 && !empty) return null;
      if (!line(text, end + END.length()).equals(type + DASHES)) continue;
      // tells many begins before one end apart without a copy of what lies between
      if (!empty && text.indexOf('-', body, end) >= 0) continue;
      try {
        String content = empty ? "" : text.substring(body, end);
        byte[] bytes = Octets.standard(content.replace(" ", "").replace("\t", ""));
        return new PemBlock(type, bytes, nextLine(text, end + END.length()));
      } catch (BuiltinFault e) {
        // no base 64: the search goes on behind the headers
      }
    }
  }

  /** Where the headers end, -1 where nothing follows them. */
  private static int body(String text, int from) {
    int at = from;
    while (at < text.length()) {
      int next = nextLine(text, at);
      if (text.indexOf(':', at, next) < 0) return at;
      at = next;
    }
    return -1;
  }

  private static int nextLine(String text, int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end + 1;
  }

  /** The line without space at its end. */
  private static String line(String text, int from) {
    int end = text.indexOf('\n', from);
    if (end < 0) end = text.length();
    if (end > from && text.charAt(end - 1) == '\r') end--;
    while (end > from && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == '\t')) end--;
    return text.substring(from, end);
  }
}
