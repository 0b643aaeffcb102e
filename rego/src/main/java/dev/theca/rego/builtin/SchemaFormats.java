package dev.theca.rego.builtin;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import java.util.regex.Pattern;

/**
 * The formats that gojsonschema knows; any other fits everything. The patterns here are fixed and
 * never look back.
 */
final class SchemaFormats {
  private static final Pattern DATE = Pattern.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})");
  private static final Pattern CLOCK =
      Pattern.compile(
          "([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:[.,][0-9]++)?(?:Z|[-+]([0-9]{2}):([0-9]{2}))?");
  private static final Pattern LABEL =
      Pattern.compile("[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]{0,61}[a-zA-Z0-9]");
  private static final Pattern UUID =
      Pattern.compile("[a-fA-F0-9]{8}(?:-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}");
  private static final Pattern UP = Pattern.compile("0|[1-9][0-9]*+");
  private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*+");
  private static final Pattern AUTHORITY =
      Pattern.compile(
          "(?:[A-Za-z0-9._:~!$&'()*+,;=%@-]*+@)?"
              + "(?:\\[[0-9a-fA-F:.%a-zA-Z]*+\\]|[^\\[\\]:@ <>\"^`{}|]*+)(?::[0-9]*+)?");
  private static final Pattern ATOM = Pattern.compile("[^\\s\\x00-\\x20()<>\\[\\]:;@\\\\,.\"]++");

  private SchemaFormats() {}

  static boolean fits(Calling context, String format, String text) {
    context.spend(text.length() / 4);
    return switch (format) {
      case "date" -> isDate(text);
      case "time" -> isClock(text);
      case "date-time" -> isClock(text) || isDate(text) || isMoment(text);
      case "hostname" -> isHost(text);
      case "email", "idn-email" -> isEmail(text);
      case "ipv4" -> Address.parse(text) != null && text.indexOf('.') >= 0;
      case "ipv6" -> Address.parse(text) != null && text.indexOf(':') >= 0;
      case "uri", "iri" -> isUrl(text) && scheme(text) > 0;
      case "uri-reference", "iri-reference" -> isUrl(text);
      case "uri-template" -> isUrl(text) && isBalanced(text);
      case "uuid" -> UUID.matcher(text).matches();
      case "regex" -> isRegex(context, text);
      case "json-pointer" -> isPointer(text);
      case "relative-json-pointer" -> isRelative(text);
      default -> true;
    };
  }

  private static boolean isDate(String text) {
    var date = DATE.matcher(text);
    if (!date.matches()) return false;
    int month = Integer.parseInt(date.group(2));
    int day = Integer.parseInt(date.group(3));
    if (month < 1 || month > 12 || day < 1) return false;
    return day <= java.time.YearMonth.of(Integer.parseInt(date.group(1)), month).lengthOfMonth();
  }

  private static boolean isClock(String text) {
    var clock = CLOCK.matcher(text);
    if (!clock.matches()) return false;
    boolean zone = clock.group(4) == null || below(clock.group(4), 25) && below(clock.group(5), 60);
    return zone
        && below(clock.group(1), 24)
        && below(clock.group(2), 60)
        && below(clock.group(3), 60);
  }

  private static boolean below(String number, int bound) {
    return Integer.parseInt(number) < bound;
  }

  /** RFC 3339: a date, the letter T, a time with its zone. */
  private static boolean isMoment(String text) {
    if (text.length() < 12 || text.charAt(10) != 'T') return false;
    String clock = text.substring(11);
    boolean zone = clock.endsWith("Z") || clock.indexOf('+') > 0 || clock.indexOf('-') > 0;
    return zone && isDate(text.substring(0, 10)) && isClock(clock);
  }

  private static boolean isHost(String text) {
    if (text.length() > 255) return false;
    for (String label : text.split("\\.", -1)) if (!LABEL.matcher(label).matches()) return false;
    return true;
  }

  /** An address alone, or behind a name in angle brackets. */
  private static boolean isEmail(String text) {
    if (text.length() > 4096) return false;
    String address = text.strip();
    int open = address.lastIndexOf('<');
    if (open >= 0) {
      if (!address.endsWith(">")) return false;
      String name = address.substring(0, open).strip();
      if (!isQuoted(name) && "\"@,".chars().anyMatch(c -> name.indexOf(c) >= 0)) return false;
      address = address.substring(open + 1, address.length() - 1);
    }
    int at = address.lastIndexOf('@');
    if (at < 1) return false;
    String local = address.substring(0, at);
    String domain = address.substring(at + 1);
    boolean literal =
        domain.startsWith("[")
            && domain.endsWith("]")
            && Address.parse(domain.substring(1, domain.length() - 1)) != null;
    return (isAtoms(local) || isQuoted(local)) && (literal || isAtoms(domain));
  }

  private static boolean isAtoms(String text) {
    for (String atom : text.split("\\.", -1)) if (!ATOM.matcher(atom).matches()) return false;
    return true;
  }

  private static boolean isQuoted(String text) {
    if (text.length() < 2 || !text.startsWith("\"")) return false;
    for (int i = 1; i < text.length() - 1; i++) {
      if (text.charAt(i) == '"') return false;
      if (text.charAt(i) == '\\' && ++i == text.length() - 1) return false;
    }
    return text.endsWith("\"");
  }

  /** RFC 6901. */
  private static boolean isPointer(String text) {
    if (!text.isEmpty() && text.charAt(0) != '/') return false;
    for (int i = text.indexOf('~'); i >= 0; i = text.indexOf('~', i + 1))
      if (!text.startsWith("0", i + 1) && !text.startsWith("1", i + 1)) return false;
    return true;
  }

  private static boolean isRelative(String text) {
    int end = 0;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') end++;
    if (!UP.matcher(text.substring(0, end)).matches()) return false;
    String rest = text.substring(end);
    return rest.equals("#") || isPointer(rest);
  }

  private static int scheme(String text) {
    int colon = text.indexOf(':');
    return colon > 0 && SCHEME.matcher(text.substring(0, colon)).matches() ? colon : 0;
  }

  /** What Go's net/url parses, without a backslash. */
  private static boolean isUrl(String text) {
    if (text.length() > 65_536 || text.indexOf('\\') >= 0 || text.startsWith(":")) return false;
    for (int i = 0; i < text.length(); i++)
      if (text.charAt(i) < 0x20 || text.charAt(i) == 0x7F) return false;
    int scheme = scheme(text);
    String rest = scheme > 0 ? text.substring(scheme + 1) : text;
    int hash = rest.indexOf('#');
    if (hash >= 0) {
      if (!isEscaped(rest.substring(hash + 1))) return false;
      rest = rest.substring(0, hash);
    }
    int query = rest.indexOf('?');
    if (query >= 0) rest = rest.substring(0, query);
    if (scheme > 0 && !rest.startsWith("/")) return true;
    int slash = rest.indexOf('/');
    if (scheme == 0 && !rest.startsWith("/") && rest.indexOf(':') >= 0) {
      if (slash < 0 || rest.indexOf(':') < slash) return false;
    }
    if (!rest.startsWith("//") || rest.startsWith("///") && scheme == 0) return isEscaped(rest);
    int path = rest.indexOf('/', 2);
    String authority = path < 0 ? rest.substring(2) : rest.substring(2, path);
    return AUTHORITY.matcher(authority).matches()
        && isEscaped(authority)
        && isEscaped(path < 0 ? "" : rest.substring(path));
  }

  private static boolean isEscaped(String text) {
    for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 1))
      if (i + 2 >= text.length()
          || Character.digit(text.charAt(i + 1), 16) < 0
          || Character.digit(text.charAt(i + 2), 16) < 0) return false;
    return true;
  }

  /** Every brace that opens in the path closes there. */
  private static boolean isBalanced(String text) {
    int end = text.length();
    for (char mark : new char[] {'#', '?'}) {
      int at = text.indexOf(mark);
      if (at >= 0) end = Math.min(end, at);
    }
    String path = text.substring(0, end);
    int open = path.lastIndexOf('{');
    return open < 0 || path.indexOf('}', open) >= 0;
  }

  private static boolean isRegex(Calling context, String text) {
    try {
      if (!text.isEmpty()) Regexes.compile(context, text);
      return true;
    } catch (BuiltinFault e) {
      return false;
    }
  }
}
