package dev.theca.kit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request as it came. {@code target} is the path with the query, as sent; names of fields are in
 * lower case. Bodies are kept up to 64 MiB.
 */
public record Seen(String method, String target, Map<String, List<String>> fields, byte[] body) {
  private static final int MAX_BODY = 64 << 20;
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  public String path() {
    int mark = target.indexOf('?');
    return mark < 0 ? target : target.substring(0, mark);
  }

  /** The query as sent, or nothing. */
  public String query() {
    int mark = target.indexOf('?');
    return mark < 0 ? "" : target.substring(mark + 1);
  }

  /** The first value of a field, its name in lower case. */
  public Optional<String> field(String name) {
    var values = fields.get(name);
    return values == null ? Optional.empty() : Optional.of(values.getFirst());
  }

  public boolean mentions(String text) {
    return target.contains(text)
        || fields.values().stream().flatMap(List::stream).anyMatch(v -> v.contains(text))
        || new String(body, StandardCharsets.ISO_8859_1).contains(text);
  }

  /** The next request; nothing at the end of the connection. */
  static Optional<Seen> read(InputStream in, OutputStream out) throws IOException {
    String start = line(in);
    if (start.isEmpty()) return Optional.empty();
    String[] parts = start.split(" ");
    if (parts.length != 3) throw new IOException("not a request: " + start);
    var fields = new LinkedHashMap<String, List<String>>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      if (colon < 1) throw new IOException("not a field: " + line);
      fields
          .computeIfAbsent(
              line.substring(0, colon).toLowerCase(Locale.ROOT), n -> new ArrayList<>())
          .add(line.substring(colon + 1).strip());
    }
    if (fields.containsKey("expect")) out.write(CONTINUE);
    return Optional.of(new Seen(parts[0], parts[1], fields, body(in, fields)));
  }

  private static byte[] body(InputStream in, Map<String, List<String>> fields) throws IOException {
    var length = fields.get("content-length");
    if (length != null) {
      int n = Integer.parseInt(length.getFirst());
      if (n > MAX_BODY) throw new IOException("a body of " + n + " bytes");
      byte[] body = in.readNBytes(n);
      if (body.length < n) throw new EOFException();
      return body;
    }
    if (!fields.containsKey("transfer-encoding")) return new byte[0];
    var all = new ByteArrayOutputStream();
    for (int n = chunk(in); n > 0; n = chunk(in)) {
      all.writeBytes(in.readNBytes(n));
      line(in);
      if (all.size() > MAX_BODY) throw new IOException("a body without end");
    }
    line(in);
    return all.toByteArray();
  }

  private static int chunk(InputStream in) throws IOException {
    return Integer.parseInt(line(in).split(";")[0].strip(), 16);
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) line.write(b);
    return line.toString(StandardCharsets.ISO_8859_1).strip();
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return method + " " + target + " " + fields.keySet() + " " + body.length + " bytes";
  }
}
