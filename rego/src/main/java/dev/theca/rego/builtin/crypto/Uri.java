package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A URI in ASCII, cut as Go's {@code net/url} cuts it; parts are as written, not decoded. */
record Uri(
    String scheme,
    String opaque,
    boolean authority,
    boolean hasUser,
    String user,
    String host,
    String path,
    boolean forceQuery,
    String query,
    String fragment) {
  /** One among the names of a certificate. */
  static Uri inName(String text) throws BuiltinFault {
    Uri uri;
    try {
      uri = parse(text);
    } catch (BuiltinFault e) {
      throw new BuiltinFault("x509: cannot parse URI \"" + text + "\": " + e.getMessage());
    }
    if (!uri.host.isEmpty() && Domains.labels(uri.host).isEmpty())
      throw new BuiltinFault("x509: cannot parse URI \"" + text + "\": invalid domain");
    return uri;
  }

  static Uri parse(String text) throws BuiltinFault {
    int hash = text.indexOf('#');
    String fragment = hash < 0 ? "" : text.substring(hash + 1);
    String rest = hash < 0 ? text : text.substring(0, hash);
    for (int i = 0; i < text.length(); i++)
      if (text.charAt(i) < ' ' || text.charAt(i) == 0x7F)
        throw bad(text, "net/url: invalid control character in URL");
    int colon = schemeEnd(rest, text);
    String scheme = colon < 0 ? "" : rest.substring(0, colon).toLowerCase(Locale.ROOT);
    if (colon >= 0) rest = rest.substring(colon + 1);
    boolean forced = rest.endsWith("?") && rest.indexOf('?') == rest.length() - 1;
    int mark = rest.indexOf('?');
    String query = mark < 0 ? "" : rest.substring(mark + 1);
    if (mark >= 0) rest = rest.substring(0, mark);
    if (!rest.startsWith("/")) {
      if (colon >= 0)
        return new Uri(scheme, rest, false, false, "", "", "", forced, query, fragment);
      int slash = rest.indexOf('/');
      String first = slash < 0 ? rest : rest.substring(0, slash);
      if (first.indexOf(':') >= 0)
        throw bad(text, "first path segment in URL cannot contain colon");
    }
    String authority = "";
    boolean has = rest.startsWith("//") && (colon >= 0 || !rest.startsWith("///"));
    if (has) {
      int slash = rest.indexOf('/', 2);
      authority = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
      rest = slash < 0 ? "" : rest.substring(slash);
    }
    int at = authority.lastIndexOf('@');
    String host = host(authority.substring(at + 1), text);
    decoded(rest, text);
    decoded(fragment, text);
    return new Uri(
        scheme,
        "",
        has,
        at >= 0,
        at < 0 ? "" : authority.substring(0, at),
        host,
        rest,
        forced,
        query,
        fragment);
  }

  /** Where the scheme ends, -1 where there is none. */
  private static int schemeEnd(String rest, String text) throws BuiltinFault {
    for (int i = 0; i < rest.length(); i++) {
      char c = rest.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      if (letter || i > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.')) continue;
      if (c == ':' && i == 0) throw bad(text, "missing protocol scheme");
      return c == ':' ? i : -1;
    }
    return -1;
  }

  private static String host(String text, String whole) throws BuiltinFault {
    int colon = text.lastIndexOf(':');
    int bracket = text.lastIndexOf(']');
    if (text.startsWith("[") && bracket < 0) throw bad(whole, "missing ']' in host");
    String port = colon > bracket ? text.substring(colon + 1) : "";
    for (int i = 0; i < port.length(); i++)
      if (port.charAt(i) < '0' || port.charAt(i) > '9')
        throw bad(whole, "invalid port \":" + port + "\" after host");
    for (int i = 0; i < text.length(); i++)
      if (" <>\"\\^`{}|".indexOf(text.charAt(i)) >= 0)
        throw bad(whole, "invalid character in host name");
    return decoded(text, whole);
  }

  /** With {@code %41} and the like resolved. */
  private static String decoded(String text, String whole) throws BuiltinFault {
    if (text.indexOf('%') < 0) return text;
    byte[] from = text.getBytes(StandardCharsets.UTF_8);
    byte[] to = new byte[from.length];
    int length = 0;
    for (int i = 0; i < from.length; i++, length++) {
      to[length] = from[i];
      if (from[i] != '%') continue;
      int high = i + 2 < from.length ? Character.digit((char) from[i + 1], 16) : -1;
      int low = i + 2 < from.length ? Character.digit((char) from[i + 2], 16) : -1;
      if (high < 0 || low < 0)
        throw bad(
            whole,
            "invalid URL escape \""
                + new String(from, i, Math.min(3, from.length - i), StandardCharsets.UTF_8)
                + '"');
      to[length] = (byte) (high << 4 | low);
      i += 2;
    }
    return new String(to, 0, length, StandardCharsets.UTF_8);
  }

  private static BuiltinFault bad(String text, String why) {
    return new BuiltinFault("parse \"" + text + "\": " + why);
  }

  /** As Go's JSON shows a {@code url.URL}. */
  ObjectValue shown() throws BuiltinFault {
    String plain = decoded(path, path);
    String plainFragment = decoded(fragment, fragment);
    return new Shown()
        .with("Scheme", Value.of(scheme))
        .with("Opaque", Value.of(opaque))
        .with("User", hasUser ? ObjectValue.EMPTY : NullValue.NULL)
        .with("Host", Value.of(host))
        .with("Path", Value.of(plain))
        .with("RawPath", Value.of(escaped(plain, "$&+,/:;=@").equals(path) ? "" : path))
        .with("OmitHost", !authority && !scheme.isEmpty() && host.isEmpty() && path.startsWith("/"))
        .with("ForceQuery", forceQuery)
        .with("RawQuery", Value.of(query))
        .with("Fragment", Value.of(plainFragment))
        .with(
            "RawFragment",
            Value.of(escaped(plainFragment, "$&+,/:;=?@!()*").equals(fragment) ? "" : fragment))
        .value();
  }

  /** As Go would escape it by itself. */
  private static String escaped(String text, String allowed) {
    var out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      boolean plain =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || "-_.~".indexOf(c) >= 0
              || allowed.indexOf(c) >= 0;
      if (plain) out.append(c);
      else
        out.append('%')
            .append("0123456789ABCDEF".charAt(c >> 4))
            .append("0123456789ABCDEF".charAt(c & 15));
    }
    return out.toString();
  }

  /** The path as it goes over the wire: as written, or escaped where that is no URI. */
  String escapedPath() throws BuiltinFault {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      boolean plain =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || "%-_.~!$&'()*+,;=:@[]/".indexOf(c) >= 0;
      if (!plain) return escaped(decoded(path, path), "$&+,/:;=@");
    }
    return path;
  }

  /** The whole, put together again. */
  String text() throws BuiltinFault {
    var out = new StringBuilder();
    if (!scheme.isEmpty()) out.append(scheme).append(':');
    if (!opaque.isEmpty()) out.append(opaque);
    else {
      boolean shownAuthority = authority && (!host.isEmpty() || !path.isEmpty() || hasUser);
      if (shownAuthority) {
        out.append("//");
        if (hasUser) out.append(user).append('@');
        out.append(host);
      }
      out.append(escapedPath());
    }
    if (forceQuery || !query.isEmpty()) out.append('?').append(query);
    if (!fragment.isEmpty()) out.append('#').append(fragment);
    return out.toString();
  }
}
