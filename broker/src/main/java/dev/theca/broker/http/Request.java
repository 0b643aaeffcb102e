package dev.theca.broker.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request, whole and within the limits of the front.
 *
 * @param path decoded once, empty segments collapsed, no dots segments; begins with a slash
 * @param query the last value of each name
 * @param headers by lower-case name
 * @param remote the client's address, without port
 */
public record Request(
    String method,
    String path,
    Map<String, String> query,
    Map<String, List<String>> headers,
    byte[] body,
    String remote) {
  /** The first value of a header. */
  public Optional<String> header(String name) {
    var values = headers.get(name.toLowerCase(Locale.ROOT));
    return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
  }

  /** What follows {@code Bearer} in the Authorization header; empty text for none. */
  public String bearer() {
    return header("authorization")
        .filter(h -> h.regionMatches(true, 0, "Bearer ", 0, 7))
        .map(h -> h.substring(7).strip())
        .orElse("");
  }

  /** A cookie's value, without the quotes that some cookie stores add; empty text for none. */
  public String cookie(String name) {
    for (String header : headers.getOrDefault("cookie", List.of()))
      for (String part : header.split(";"))
        if (part.strip().startsWith(name + "="))
          return unquoted(part.strip().substring(name.length() + 1));
    return "";
  }

  /** RFC 6265, section 4.1.1: a value may stand in quotes. */
  private static String unquoted(String value) {
    boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  /** The segments of the path. */
  public List<String> segments() {
    return path.length() <= 1 ? List.of() : List.of(path.substring(1).split("/"));
  }
}
