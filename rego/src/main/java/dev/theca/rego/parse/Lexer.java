package dev.theca.rego.parse;

import dev.theca.rego.parse.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Cuts a policy into tokens, and keeps the comments apart. */
final class Lexer {
  private static final List<String> SYMBOLS =
      List.of(
          ":=", "==", "!=", "<=", ">=", "=", "<", ">", "+", "-", "*", "/", "%", "&", "|", "(", ")",
          "[", "]", "{", "}", ",", ";", ":", ".");

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private final List<Comment> comments = new ArrayList<>();
  private int at;
  private boolean newline = true;

  private Lexer(String text) {
    this.text = text;
  }

  /** What a text consists of. */
  record Cut(List<Token> tokens, List<Comment> comments) {}

  /** Where a comment begins, and what it says behind its {@code #}. */
  record Comment(int offset, String text) {}

  static Cut cut(String text) throws Malformed {
    var lexer = new Lexer(text);
    lexer.run();
    return new Cut(lexer.tokens, lexer.comments);
  }

  private void run() throws Malformed {
    while (true) {
      blanks();
      int from = at;
      if (at == text.length()) {
        add(Kind.END, "", from);
        return;
      }
      char c = text.charAt(at);
      if (c == '"') add(Kind.STRING, quoted(), from);
      else if (c == '`') add(Kind.STRING, raw(), from);
      else if (c == '$' && at + 1 < text.length() && "\"`".indexOf(text.charAt(at + 1)) >= 0)
        template(from);
      else if (isStart(c)) add(Kind.NAME, name(), from);
      else if (c >= '0' && c <= '9') add(Kind.NUMBER, number(), from);
      else if (c == '.' && digitAt(at + 1) && !isStep()) add(Kind.NUMBER, "0" + fraction(), from);
      else add(Kind.SYMBOL, symbol(), from);
    }
  }

  private void add(Kind kind, String value, int from) {
    tokens.add(new Token(kind, value, from, at, newline));
    newline = false;
  }

  private void blanks() {
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '#') {
        int end = text.indexOf('\n', at);
        int stop = end < 0 ? text.length() : end;
        comments.add(new Comment(at, text.substring(at + 1, stop)));
        at = end < 0 ? stop - 1 : stop;
        newline = true;
      } else if (c == '\n') newline = true;
      else if (c != ' ' && c != '\t' && c != '\r') return;
    }
  }

  static boolean isStart(char c) {
    return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  private String name() {
    int from = at;
    while (at < text.length() && isPart(text.charAt(at))) at++;
    return text.substring(from, at);
  }

  private static boolean isPart(char c) {
    return isStart(c) || c >= '0' && c <= '9';
  }

  private void digits() {
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') at++;
  }

  private boolean digitAt(int i) {
    return i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9';
  }

  /** A number as JSON writes it, without the sign. */
  private String number() throws Malformed {
    int from = at;
    digits();
    if (text.charAt(from) == '0' && at > from + 1)
      throw new Malformed(from, "a number without a leading zero", text.substring(from, at));
    return text.substring(from, at) + fraction();
  }

  /** What follows the digits before the point. */
  private String fraction() throws Malformed {
    int from = at;
    if (at < text.length() && text.charAt(at) == '.' && digitAt(at + 1)) {
      at++;
      digits();
    }
    if (at < text.length() && (text.charAt(at) | 0x20) == 'e') {
      int sign = at + 1 < text.length() && "+-".indexOf(text.charAt(at + 1)) >= 0 ? 1 : 0;
      if (!digitAt(at + 1 + sign)) throw new Malformed(at, "digits of an exponent", "none");
      at += 1 + sign;
      digits();
    }
    if (at < text.length() && isPart(text.charAt(at)))
      throw new Malformed(at, "the end of the number", "'" + text.charAt(at) + "'");
    return text.substring(from, at);
  }

  /** Whether what comes now stands right behind a name or a bracket, whose step it is. */
  private boolean isStep() {
    var before = tokens.isEmpty() ? null : tokens.getLast();
    return before != null
        && before.end() == at
        && (before.kind() != Kind.SYMBOL || before.is(")") || before.is("]") || before.is("}"));
  }

  private String symbol() throws Malformed {
    for (String symbol : SYMBOLS)
      if (text.startsWith(symbol, at)) {
        at += symbol.length();
        return symbol;
      }
    throw new Malformed(at, "a policy", "the character '" + text.charAt(at) + "'");
  }

  private String raw() throws Malformed {
    int end = text.indexOf('`', at + 1);
    if (end < 0) throw new Malformed(at, "a closing `", "the end of the file");
    String value = text.substring(at + 1, end).replace("\r", "");
    at = end + 1;
    return value;
  }

  private String quoted() throws Malformed {
    int from = at;
    skipQuoted();
    return Escapes.value(text, from + 1, at - 1);
  }

  private void skipQuoted() throws Malformed {
    int from = at;
    for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
      if (text.charAt(at) == '\n') break;
      if (text.charAt(at) == '\\') at++;
    }
    if (at >= text.length() || text.charAt(at) != '"')
      throw new Malformed(from, "a closing \" on the same line", "none");
    at++;
  }

  /** The whole of it, braces included; {@link TermParser} takes it apart. */
  private void template(int from) throws Malformed {
    at++;
    char quote = text.charAt(at);
    int depth = 0;
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (depth == 0 && c == quote) {
        at++;
        add(Kind.TEMPLATE, text.substring(from, at), from);
        return;
      }
      if (c == '\\' && (quote == '"' || text.startsWith("\\{", at)) && depth == 0) at++;
      else if (c == '{') depth++;
      else if (c == '}' && depth > 0) depth--;
      else if (depth > 0 && c == '"') {
        skipQuoted();
        at--;
      } else if (c == '\n' && quote == '"' && depth == 0) break;
    }
    throw new Malformed(from, "a closing " + quote, "none");
  }
}
