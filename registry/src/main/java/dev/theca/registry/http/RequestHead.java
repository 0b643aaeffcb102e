package dev.theca.registry.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A request line with its header fields (RFC 9112). Strict where readers differ: line folding,
 * blanks before a colon, two lengths, a length beside a transfer coding and raw control characters
 * are refused, so that nobody before this server can be made to see other requests than it does.
 */
public record RequestHead(
    String method,
    String path,
    Map<String, List<String>> query,
    boolean keepsOpen,
    Map<String, List<String>> fields) {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}");
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");
  private static final int MAX_PARAMETERS = 32;

  /** No body, one of a length, or one in chunks. */
  public static final long CHUNKED = -1;

  /** The first value of a field; its name in lower case. */
  public Optional<String> field(String name) {
    var values = fields.get(name);
    return values == null ? Optional.empty() : Optional.of(values.getFirst());
  }

  public Optional<String> parameter(String name) {
    var values = query.get(name);
    return values == null ? Optional.empty() : Optional.of(values.getFirst());
  }

  /** The length of the body in bytes, or {@link #CHUNKED}. */
  public long bodyLength() throws BadRequestException {
    var lengths = fields.getOrDefault("content-length", List.of());
    var codings = fields.getOrDefault("transfer-encoding", List.of());
    if (!codings.isEmpty()) {
      if (!lengths.isEmpty()) throw new BadRequestException(400, "a length and a transfer coding");
      if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked"))
        throw new BadRequestException(501, "a transfer coding other than chunked");
      return CHUNKED;
    }
    if (lengths.isEmpty()) return 0;
    if (lengths.size() > 1 || !DIGITS.matcher(lengths.getFirst()).matches())
      throw new BadRequestException(400, "a Content-Length that is no number");
    return Long.parseLong(lengths.getFirst());
  }

  /** Reads one; {@code first} is its first byte, read before. */
  static RequestHead read(int first, InputStream in, HttpBounds bounds) throws IOException {
    var lines = new Lines(in, bounds.headBytes());
    String start = lines.next(first);
    if (start.isEmpty()) start = lines.next(); // RFC 9112 section 2.2
    String[] parts = start.split(" ", -1);
    if (parts.length != 3 || !TOKEN.matcher(parts[0]).matches())
      throw new BadRequestException(400, "a request line of other than three parts");
    if (!parts[2].equals("HTTP/1.1") && !parts[2].equals("HTTP/1.0"))
      throw new BadRequestException(505, "HTTP/1.1 only");
    var fields = fields(lines, bounds.headers());
    String target = parts[1];
    if (target.startsWith("http://") || target.startsWith("https://"))
      target = target.substring(Math.max(target.indexOf('/', 8), 0)); // absolute form
    if (!target.startsWith("/")) throw new BadRequestException(400, "a target without path");
    int mark = target.indexOf('?');
    String path = decoded(mark < 0 ? target : target.substring(0, mark), false);
    String connection =
        String.join(",", fields.getOrDefault("connection", List.of())).toLowerCase(Locale.ROOT);
    boolean keeps = parts[2].endsWith("1") && !connection.contains("close");
    if (parts[2].endsWith("1") && fields.getOrDefault("host", List.of()).size() != 1)
      throw new BadRequestException(400, "not exactly one Host field");
    var query = mark < 0 ? Map.<String, List<String>>of() : query(target.substring(mark + 1));
    return new RequestHead(parts[0], path, query, keeps, fields);
  }

  private static Map<String, List<String>> fields(Lines lines, int max) throws IOException {
    var fields = new LinkedHashMap<String, List<String>>();
    int count = 0;
    for (String line = lines.next(); !line.isEmpty(); line = lines.next()) {
      if (++count > max) throw new BadRequestException(431, "more than " + max + " header fields");
      int colon = line.indexOf(':');
      if (colon < 0 || !TOKEN.matcher(line.substring(0, colon)).matches())
        throw new BadRequestException(400, "a header field without a proper name");
      fields
          .computeIfAbsent(
              line.substring(0, colon).toLowerCase(Locale.ROOT), n -> new ArrayList<>())
          .add(line.substring(colon + 1).strip());
    }
    return fields;
  }

  private static Map<String, List<String>> query(String text) throws BadRequestException {
    var all = new LinkedHashMap<String, List<String>>();
    String[] parts = text.split("&", MAX_PARAMETERS + 1);
    if (parts.length > MAX_PARAMETERS)
      throw new BadRequestException(400, "more than " + MAX_PARAMETERS + " parameters");
    for (String part : parts) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      String value = equals < 0 ? "" : part.substring(equals + 1);
      all.computeIfAbsent(decoded(name, true), n -> new ArrayList<>()).add(decoded(value, true));
    }
    return all;
  }

  /** Undoes percent encoding, once (RFC 3986 section 2.1). */
  private static String decoded(String text, boolean query) throws BadRequestException {
    if (text.indexOf('%') < 0 && !(query && text.indexOf('+') >= 0)) return text;
    byte[] out = new byte[text.length()];
    int n = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '+' && query) c = ' ';
      if (c == '%') {
        int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
        int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) throw new BadRequestException(400, "a broken percent sign");
        c = (char) (high << 4 | low);
        i += 2;
      }
      out[n++] = (byte) c;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(java.nio.ByteBuffer.wrap(out, 0, n))
          .toString();
    } catch (CharacterCodingException e) {
      throw new BadRequestException(400, "a target that is not UTF-8");
    }
  }
}
