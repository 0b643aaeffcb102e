package dev.theca.image.remote;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Status and fields of an answer, read strictly (RFC 9112 sections 4, 5 and 6): no folded lines, no
 * second length, no coding but {@code chunked}. What is read otherwise by two programs on the way
 * is refused by this one.
 *
 * @param length of the body in bytes; {@link #CHUNKED} or {@link #TO_THE_END}
 */
record Head(int status, HttpHeaders fields, long length, boolean kept) {
  static final long CHUNKED = -1;
  static final long TO_THE_END = -2;

  private static final int MAX_BYTES = 64 << 10;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.([01]) ([1-9][0-9]{2})(?: .*)?");
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

  /** What came is no answer: asking again would bring no other. */
  static final class Malformed extends IOException {
    private static final long serialVersionUID = 1L;

    private Malformed(String what) {
      super(what);
    }

    String what() {
      return String.valueOf(getMessage());
    }
  }

  /** Bytes, one at a time; negative at the end. */
  interface Source {
    int next() throws IOException;
  }

  /** Reads one head. */
  static Head read(Source in, String method) throws IOException {
    var line = new Lines(in);
    Matcher status = STATUS.matcher(line.next());
    if (!status.matches()) throw new Malformed("not an answer of HTTP/1.1");
    Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String text = line.next(); !text.isEmpty(); text = line.next()) {
      int colon = text.indexOf(':');
      if (colon < 0 || !NAME.matcher(text).region(0, colon).matches())
        throw new Malformed("a malformed field in an answer");
      fields
          .computeIfAbsent(text.substring(0, colon), n -> new ArrayList<>())
          .add(value(text, colon + 1));
    }
    var all = HttpHeaders.of(fields, (name, value) -> true);
    int code = Integer.parseInt(status.group(2));
    boolean bodiless = method.equals("HEAD") || code / 100 == 1 || code == 204 || code == 304;
    long length = bodiless ? 0 : length(all);
    boolean lasting = status.group(1).equals("1") && length != TO_THE_END;
    return new Head(code, all, length, lasting && !says(all, "Connection", "close"));
  }

  /** What is left of a line without the space around it; no expression, so no line is slow. */
  private static String value(String text, int start) throws IOException {
    int from = start;
    int to = text.length();
    while (from < to && isSpace(text.charAt(from))) from++;
    while (to > from && isSpace(text.charAt(to - 1))) to--;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c == 0x7F || (c < ' ' && c != '\t'))
        throw new Malformed("a control character in an answer");
    }
    return text.substring(from, to);
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }

  private static long length(HttpHeaders fields) throws IOException {
    var codings = fields.allValues("Transfer-Encoding");
    var lengths = fields.allValues("Content-Length");
    if (!codings.isEmpty()) {
      if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked"))
        throw new Malformed("an answer in a coding that nobody asked for");
      if (!lengths.isEmpty()) throw new Malformed("an answer with two lengths");
      return CHUNKED;
    }
    if (lengths.isEmpty()) return TO_THE_END;
    if (lengths.stream().distinct().count() > 1 || !DIGITS.matcher(lengths.getFirst()).matches())
      throw new Malformed("an answer whose length is no number");
    return Long.parseLong(lengths.getFirst());
  }

  private static boolean says(HttpHeaders fields, String name, String word) {
    for (String value : fields.allValues(name))
      for (String one : value.split(",", -1)) if (one.strip().equalsIgnoreCase(word)) return true;
    return false;
  }

  /** Lines of a head or of a chunked body, so many bytes in all. */
  static final class Lines {
    private final Source in;
    private int left = MAX_BYTES;

    Lines(Source in) {
      this.in = in;
    }

    String next() throws IOException {
      var line = new ByteArrayOutputStream(80);
      while (true) {
        int b = in.next();
        if (b < 0) throw new IOException("the connection ended in the middle of an answer");
        if (--left < 0) throw new IOException("more than " + MAX_BYTES + " bytes of fields");
        if (b == '\n') break;
        line.write(b);
      }
      String text = line.toString(ISO_8859_1);
      return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
  }
}
