package dev.theca.wire.toml;

import dev.theca.wire.toml.TomlParser.Malformed;

/** The text and where we are in it: white space, words and the four kinds of strings. */
final class TomlText {
  private final String text;
  private int at;

  TomlText(String text) {
    this.text = text.replace("\r\n", "\n");
  }

  Malformed malformed(String message) {
    long line =
        text.substring(0, Math.min(at, text.length())).chars().filter(c -> c == '\n').count() + 1;
    return new Malformed("line " + line + ": " + message);
  }

  boolean atEnd() {
    return at >= text.length();
  }

  boolean peek(char c) {
    return at < text.length() && text.charAt(at) == c;
  }

  boolean take(char c) {
    if (!peek(c)) return false;
    at++;
    return true;
  }

  void need(char c) throws Malformed {
    if (!take(c))
      throw malformed(
          "expected '"
              + c
              + "'"
              + (atEnd() ? " before the end" : ", found '" + text.charAt(at) + "'"));
  }

  /** Spaces and tabs. */
  void space() {
    while (peek(' ') || peek('\t')) at++;
  }

  /** Spaces, line ends and comments. */
  void blank() throws Malformed {
    while (true) {
      space();
      if (peek('#')) comment();
      if (!take('\n')) return;
    }
  }

  void endOfLine() throws Malformed {
    space();
    if (peek('#')) comment();
    if (!atEnd()) need('\n');
  }

  private void comment() throws Malformed {
    while (!atEnd() && !peek('\n')) {
      char c = text.charAt(at++);
      if (c < 0x20 && c != '\t' || c == 0x7F) throw malformed("a control character in a comment");
    }
  }

  String bareKey() throws Malformed {
    int from = at;
    while (!atEnd()
        && (Character.isLetterOrDigit(text.charAt(at)) && text.charAt(at) < 128
            || "_-".indexOf(text.charAt(at)) >= 0)) at++;
    if (from == at) throw malformed("expected a key");
    return text.substring(from, at);
  }

  String quotedKey() throws Malformed {
    if (text.startsWith("\"\"\"", at) || text.startsWith("'''", at))
      throw malformed("a key is no multi-line string");
    return string();
  }

  String word() {
    int from = at;
    while (!atEnd() && " \t\n,]}#".indexOf(text.charAt(at)) < 0) at++;
    return text.substring(from, at);
  }

  String string() throws Malformed {
    char quote = text.charAt(at);
    String three = String.valueOf(quote).repeat(3);
    boolean many = text.startsWith(three, at);
    at += many ? 3 : 1;
    if (many) take('\n');
    var out = new StringBuilder();
    while (true) {
      if (atEnd()) throw malformed("a string without its end");
      if (many ? text.startsWith(three, at) : peek(quote)) return closed(out, quote, many);
      char c = text.charAt(at++);
      if (c == '\\' && quote == '"') {
        escape(out, many);
      } else if (c == '\n' && !many || c < 0x20 && c != '\t' && c != '\n' || c == 0x7F) {
        throw malformed("a control character in a string");
      } else {
        out.append(c);
      }
    }
  }

  /** Up to two quotes may stand before the closing three (TOML 1.0, "String"). */
  private String closed(StringBuilder out, char quote, boolean many) {
    at += many ? 3 : 1;
    for (int i = 0; many && i < 2 && peek(quote); i++) {
      out.append(quote);
      at++;
    }
    return out.toString();
  }

  private void escape(StringBuilder out, boolean many) throws Malformed {
    if (atEnd()) throw malformed("a string without its end");
    char c = text.charAt(at++);
    switch (c) {
      case 'b' -> out.append('\b');
      case 't' -> out.append('\t');
      case 'n' -> out.append('\n');
      case 'f' -> out.append('\f');
      case 'r' -> out.append('\r');
      case '"' -> out.append('"');
      case '\\' -> out.append('\\');
      case 'u' -> unicode(out, 4);
      case 'U' -> unicode(out, 8);
      default -> {
        at--;
        if (!many || !lineEndsHere()) throw malformed("unknown escape '\\" + c + "'");
        while (peek(' ') || peek('\t') || peek('\n')) at++;
      }
    }
  }

  private boolean lineEndsHere() {
    int look = at;
    while (look < text.length() && (text.charAt(look) == ' ' || text.charAt(look) == '\t')) look++;
    return look < text.length() && text.charAt(look) == '\n';
  }

  private void unicode(StringBuilder out, int digits) throws Malformed {
    if (text.length() - at < digits || !text.substring(at, at + digits).matches("[0-9A-Fa-f]+")) {
      throw malformed("an escape needs " + digits + " hex digits");
    }
    long code = Long.parseLong(text.substring(at, at + digits), 16);
    if (code > Character.MAX_CODE_POINT || code >= 0xD800 && code <= 0xDFFF)
      throw malformed("an escape that is no character");
    out.appendCodePoint((int) code);
    at += digits;
  }
}
