package dev.theca.broker;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One question to a broker. Segments and values are encoded here, so that no name can become
 * another path.
 *
 * @param path decoded segments
 * @param body sent as it is; zeroed by nobody
 */
public record AdminCall(String method, List<String> path, Map<String, String> query, byte[] body) {
  public AdminCall {
    path = List.copyOf(path);
    for (String segment : path)
      if (segment.isEmpty() || segment.equals(".") || segment.equals(".."))
        throw new IllegalArgumentException("a path has no segment '" + segment + "'");
  }

  public static AdminCall get(String... path) {
    return of("GET", path);
  }

  public static AdminCall post(String... path) {
    return of("POST", path);
  }

  public static AdminCall put(String... path) {
    return of("PUT", path);
  }

  public static AdminCall delete(String... path) {
    return of("DELETE", path);
  }

  /** Each text may be several segments, with slashes between them. */
  private static AdminCall of(String method, String... path) {
    var segments = new ArrayList<String>();
    for (String part : path) segments.addAll(Arrays.asList(part.split("/", -1)));
    return new AdminCall(method, segments, Map.of(), new byte[0]);
  }

  /** With a parameter of the query; empty text adds none. */
  public AdminCall with(String name, String value) {
    if (value.isEmpty()) return this;
    var all = new LinkedHashMap<>(query);
    all.put(name, value);
    return new AdminCall(method, path, all, body);
  }

  public AdminCall with(byte[] content) {
    return new AdminCall(method, path, query, content);
  }

  String target() {
    String parts =
        path.stream().map(segment -> "/" + encoded(segment)).collect(Collectors.joining());
    if (query.isEmpty()) return parts;
    return parts
        + query.entrySet().stream()
            .map(e -> encoded(e.getKey()) + "=" + encoded(e.getValue()))
            .collect(Collectors.joining("&", "?", ""));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
