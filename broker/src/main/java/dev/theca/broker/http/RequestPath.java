package dev.theca.broker.http;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The path and query of a request target (RFC 3986), decoded once and strictly: what two readers
 * might take for two paths is refused.
 */
final class RequestPath {
  static final int MAX_CHARS = 16 << 10;
  private static final int MAX_PARAMETERS = 256;
  private static final Code BAD = Code.of("bad-request-target");

  private RequestPath() {}

  /** Segments between single slashes; empty ones are dropped, as CoCo's clients double a slash. */
  static Outcome<String> parse(String raw) {
    if (raw.length() > MAX_CHARS) return refused("at most " + MAX_CHARS + " characters");
    if (!raw.startsWith("/")) return refused("a path that begins with a slash");
    var path = new StringBuilder();
    for (String segment : raw.split("/")) {
      if (segment.isEmpty()) continue;
      var decoded = decode(segment, false);
      if (!(decoded instanceof Outcome.Granted<String>(String text))) return decoded;
      if (text.indexOf('/') >= 0) return refused("no encoded slash");
      if (text.equals(".") || text.equals("..")) return refused("no dot segments");
      if (text.isEmpty()) continue;
      path.append('/').append(text);
    }
    return Outcome.granted(path.isEmpty() ? "/" : path.toString());
  }

  /** Names and values; the last value of a name counts. */
  static Outcome<Map<String, String>> query(String raw) {
    var parameters = new LinkedHashMap<String, String>();
    if (raw.isEmpty()) return Outcome.granted(parameters);
    if (raw.length() > MAX_CHARS) return refused("at most " + MAX_CHARS + " characters");
    String[] parts = raw.split("&");
    if (parts.length > MAX_PARAMETERS) return refused("at most 256 parameters");
    for (String part : parts) {
      if (part.isEmpty()) continue;
      int equals = part.indexOf('=');
      var name = decode(equals < 0 ? part : part.substring(0, equals), true);
      var value = decode(equals < 0 ? "" : part.substring(equals + 1), true);
      if (!(name instanceof Outcome.Granted<String>(String n)))
        return ((Outcome.Refused<String>) name).as();
      if (!(value instanceof Outcome.Granted<String>(String v)))
        return ((Outcome.Refused<String>) value).as();
      parameters.put(n, v);
    }
    return Outcome.granted(parameters);
  }

  private static Outcome<String> decode(String text, boolean plusIsSpace) {
    if (isPlain(text)) return Outcome.granted(text);
    var bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        if (i + 2 >= text.length()) return refused("two hex digits after each percent sign");
        int high = Character.digit(text.charAt(i + 1), 16);
        int low = Character.digit(text.charAt(i + 2), 16);
        if (high < 0 || low < 0) return refused("two hex digits after each percent sign");
        bytes.write(high << 4 | low);
        i += 2;
      } else if (c <= ' ' || c >= 0x7F) {
        return refused("printable ASCII");
      } else {
        bytes.write(c == '+' && plusIsSpace ? ' ' : c);
      }
    }
    try {
      String decoded =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.toByteArray()))
              .toString();
      if (decoded.chars().anyMatch(c -> c < ' ' || c == 0x7F)) return refused("no control bytes");
      return Outcome.granted(decoded);
    } catch (CharacterCodingException e) {
      return refused("UTF-8");
    }
  }

  /** Nothing to decode and nothing to refuse: nearly all there is. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c >= 0x7F || c == '%' || c == '+') return false;
    }
    return true;
  }

  private static <T> Outcome<T> refused(String expected) {
    return Outcome.refused(BAD, "request target", expected, "another one", "correct the URL");
  }
}
