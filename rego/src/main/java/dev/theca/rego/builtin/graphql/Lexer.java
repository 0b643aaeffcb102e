package dev.theca.rego.builtin.graphql;

import dev.theca.rego.builtin.graphql.Token.Kind;
import java.util.Map;

/** Cuts a document into tokens (specification, section 2.1); comments are tokens too. */
final class Lexer {
  private static final Map<Integer, Kind> MARKS =
      Map.ofEntries(
          Map.entry((int) '!', Kind.BANG),
          Map.entry((int) '$', Kind.DOLLAR),
          Map.entry((int) '&', Kind.AMP),
          Map.entry((int) '(', Kind.PAREN_OPEN),
          Map.entry((int) ')', Kind.PAREN_CLOSE),
          Map.entry((int) ':', Kind.COLON),
          Map.entry((int) '=', Kind.EQUALS),
          Map.entry((int) '@', Kind.AT),
          Map.entry((int) '[', Kind.BRACKET_OPEN),
          Map.entry((int) ']', Kind.BRACKET_CLOSE),
          Map.entry((int) '{', Kind.BRACE_OPEN),
          Map.entry((int) '}', Kind.BRACE_CLOSE),
          Map.entry((int) '|', Kind.PIPE));

  private final int[] text;
  private int start;
  private int at;
  private int line = 1;
  private int lineStart;

  Lexer(String text) {
    this.text = text.codePoints().map(c -> c >= 0xD800 && c < 0xE000 ? 0xFFFD : c).toArray();
  }

  Token next() {
    space();
    start = at;
    int c = peek();
    if (c < 0) return token(Kind.END, "");
    Kind mark = MARKS.get(c);
    if (mark != null) {
      at++;
      return token(mark, "");
    }
    if (c == '.' && isAt("...")) {
      at += 3;
      return token(Kind.SPREAD, "");
    }
    if (c == '#') return comment();
    if (isLetter(c)) return name();
    if (c == '-' || isDigit(c)) return number();
    if (isAt("\"\"\"")) return block();
    if (c == '"') return string();
    if (c < 0x20) return fault("Cannot contain the invalid character \"" + code(c) + "\"");
    if (c == '\'')
      return fault(
          "Unexpected single quote character ('), did you mean to use a double quote (\")?");
    return fault("Cannot parse the unexpected character \"" + Character.toString(c) + "\".");
  }

  private void space() {
    while (at < text.length) {
      switch (text[at]) {
        case '\t', ' ', ',', 0xFEFF -> at++;
        case '\n' -> line();
        case '\r' -> {
          line();
          if (peek() == '\n') at++;
        }
        default -> {
          return;
        }
      }
    }
  }

  private void line() {
    at++;
    line++;
    lineStart = at;
  }

  private Token comment() {
    while (peek() > 0x1f || peek() == '\t') at++;
    return token(Kind.COMMENT, cut(start));
  }

  private Token name() {
    while (isLetter(peek()) || isDigit(peek())) at++;
    return token(Kind.NAME, cut(start));
  }

  private Token number() {
    taken('-');
    if (taken('0')) {
      if (isDigit(peek())) return number("unexpected digit after 0");
    } else if (!digits()) return number("expected digit but got");
    boolean whole = true;
    if (taken('.')) {
      whole = false;
      if (!digits()) return number("expected digit but got");
    }
    if (taken('e') || taken('E')) {
      whole = false;
      if (!taken('-')) taken('+');
      if (!digits()) return number("expected digit but got");
    }
    return token(whole ? Kind.INT : Kind.FLOAT, cut(start));
  }

  private Token number(String what) {
    String next = peek() < 0 ? "<EOF>" : "\"" + Character.toString(peek()) + "\"";
    return fault("Invalid number, " + what + ": " + next + ".");
  }

  private boolean digits() {
    int from = at;
    while (isDigit(peek())) at++;
    return at > from;
  }

  private Token string() {
    at++;
    start = at;
    var out = new StringBuilder();
    while (peek() >= 0 && peek() != '\n' && peek() != '\r') {
      int c = text[at];
      if (c < 0x20 && c != '\t') return wrongInString(c);
      if (c == '"') {
        var token = token(Kind.STRING, out.toString());
        at++;
        return token;
      }
      if (c != '\\') {
        out.appendCodePoint(c);
        at++;
      } else if (!escape(out)) {
        at++;
        return fault("Invalid character escape sequence.");
      }
    }
    return fault("Unterminated string.");
  }

  /** Whether there is one here; it is read then. */
  private boolean escape(StringBuilder out) {
    int c = at + 1 < text.length ? text[at + 1] : -1;
    int known = c < 0 ? -1 : "\"\\/bfnrt".indexOf(c);
    if (known >= 0) {
      out.append("\"\\/\b\f\n\r\t".charAt(known));
      at += 2;
      return true;
    }
    if (c != 'u' || at + 6 >= text.length) return false;
    int unit = 0;
    for (int i = at + 2; i < at + 6; i++) {
      int digit = text[i] < 128 ? Character.digit(text[i], 16) : -1;
      if (digit < 0) return false;
      unit = unit << 4 | digit;
    }
    out.append(Character.isSurrogate((char) unit) ? '\uFFFD' : (char) unit);
    at += 6;
    return true;
  }

  private Token block() {
    at += 3;
    start = at;
    var out = new StringBuilder();
    while (peek() >= 0) {
      int c = text[at];
      if (isAt("\"\"\"")) {
        var token = token(Kind.BLOCK_STRING, BlockString.of(out.toString()));
        at += 3;
        return token;
      }
      if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') return wrongInString(c);
      if (isAt("\\\"\"\"")) {
        out.append("\"\"\"");
        at += 4;
      } else if (c == '\r') {
        if (at + 1 < text.length && text[at + 1] == '\n') at++;
        out.append('\n');
        line();
      } else if (c == '\n') {
        out.append('\n');
        line();
      } else {
        out.appendCodePoint(c);
        at++;
      }
    }
    return fault("Unterminated string.");
  }

  private Token wrongInString(int c) {
    return fault("Invalid character within String: \"" + code(c) + "\".");
  }

  private static String code(int c) {
    return "\\u" + String.valueOf(10_000 + c).substring(1);
  }

  private int peek() {
    return at < text.length ? text[at] : -1;
  }

  private boolean taken(char c) {
    if (peek() != c) return false;
    at++;
    return true;
  }

  private boolean isAt(String word) {
    if (at + word.length() > text.length) return false;
    for (int i = 0; i < word.length(); i++) if (text[at + i] != word.charAt(i)) return false;
    return true;
  }

  private static boolean isLetter(int c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private String cut(int from) {
    return new String(text, from, at - from);
  }

  /** A string's place is behind its quotes, and a block's may lie on the line before: as there. */
  private Token token(Kind kind, String value) {
    return new Token(kind, value, new Place(line, start - lineStart + 1), "");
  }

  private Token fault(String what) {
    return new Token(Kind.INVALID, "", new Place(line, at - lineStart + 1), what);
  }
}
