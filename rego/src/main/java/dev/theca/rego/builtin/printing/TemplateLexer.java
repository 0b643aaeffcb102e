package dev.theca.rego.builtin.printing;

import dev.theca.rego.spi.BuiltinFault;
import java.util.ArrayList;
import java.util.List;

/** Takes a template apart; spaces within actions count, for they part arguments. */
final class TemplateLexer {
  /** What a token is. */
  enum Sort {
    TEXT,
    LEFT,
    RIGHT,
    SPACE,
    WORD,
    FIELD,
    VARIABLE,
    DOT,
    NUMBER,
    CHARACTER,
    STRING,
    PIPE,
    OPEN,
    CLOSE,
    DECLARE,
    ASSIGN,
    COMMA,
    END
  }

  /** A token and where it begins. */
  record Token(Sort sort, String text, int at) {}

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private boolean trimNext;

  private TemplateLexer(String text) {
    this.text = text;
  }

  static List<Token> tokens(String text) throws BuiltinFault {
    var lexer = new TemplateLexer(text);
    lexer.run();
    return lexer.tokens;
  }

  private void run() throws BuiltinFault {
    while (at < text.length()) {
      int open = text.indexOf("{{", at);
      int end = open < 0 ? text.length() : open;
      boolean trim = open >= 0 && text.startsWith("-", open + 2) && isSpace(peek(open + 3));
      text(at, end, trim);
      if (open < 0) break;
      at = open + (trim ? 4 : 2);
      if (text.startsWith("/*", at)) comment();
      else {
        add(Sort.LEFT, open, open + 2);
        while (!right(true)) token();
      }
    }
    tokens.add(new Token(Sort.END, "", text.length()));
  }

  private void text(int from, int to, boolean trimEnd) {
    int start = from;
    int end = to;
    while (trimNext && start < end && isSpace(text.charAt(start))) start++;
    while (trimEnd && start < end && isSpace(text.charAt(end - 1))) end--;
    if (start < end) add(Sort.TEXT, start, end);
  }

  private void comment() throws BuiltinFault {
    int end = text.indexOf("*/", at + 2);
    if (end < 0) throw fault(at, "unclosed comment");
    at = end + 2;
    if (!right(false)) throw fault(at, "comment ends before closing delimiter");
  }

  /** Passes the end of an action, if it is here. */
  private boolean right(boolean emit) {
    boolean trim = isSpace(peek(at)) && text.startsWith("-}}", at + 1);
    if (!trim && !text.startsWith("}}", at)) return false;
    if (emit) add(Sort.RIGHT, at, at + 2);
    at += trim ? 4 : 2;
    trimNext = trim;
    return true;
  }

  private void token() throws BuiltinFault {
    int from = at;
    if (at >= text.length()) throw fault(from, "unclosed action");
    char c = text.charAt(at);
    if (isSpace(c)) {
      while (isSpace(peek(at)) && !(text.startsWith("-}}", at + 1))) at++;
      // the last space belongs to the end of the action
      add(Sort.SPACE, from, Math.max(at, from));
      return;
    }
    switch (c) {
      case '|' -> one(Sort.PIPE);
      case '(' -> one(Sort.OPEN);
      case ')' -> one(Sort.CLOSE);
      case ',' -> one(Sort.COMMA);
      case '=' -> one(Sort.ASSIGN);
      case ':' -> {
        if (peek(at + 1) != '=') throw fault(at, "expected :=");
        at += 2;
        add(Sort.DECLARE, from, at);
      }
      case '"', '\'' -> quoted(c);
      case '`' -> {
        at = text.indexOf('`', from + 1) + 1;
        if (at == 0) throw fault(from, "unterminated raw quoted string");
        add(Sort.STRING, from, at);
      }
      case '$' -> named(Sort.VARIABLE);
      case '.' -> {
        if (Character.isDigit(peek(at + 1))) number();
        else named(isWord(peek(at + 1)) ? Sort.FIELD : Sort.DOT);
      }
      default -> {
        if (c == '+' || c == '-' || c >= '0' && c <= '9') number();
        else if (isWord(c)) named(Sort.WORD);
        else throw fault(at, "unexpected " + Quoted.text(String.valueOf(c), false) + " in operand");
      }
    }
  }

  private void one(Sort sort) {
    add(sort, at, ++at);
  }

  private void named(Sort sort) throws BuiltinFault {
    int from = at++;
    while (isWord(peek(at))) at++;
    char next = peek(at);
    if (!isSpace(next) && next != 0 && ".,|:)(}=".indexOf(next) < 0)
      throw fault(at, "bad character " + Quoted.character(next, false));
    add(sort, from, at);
  }

  private void number() throws BuiltinFault {
    int from = at++;
    while (isWord(peek(at))
        || peek(at) == '.'
        || (peek(at) == '+' || peek(at) == '-') && "eE".indexOf(text.charAt(at - 1)) >= 0) at++;
    add(Sort.NUMBER, from, at);
  }

  private void quoted(char quote) throws BuiltinFault {
    int from = at++;
    while (peek(at) != quote) {
      if (peek(at) == '\\') at++;
      if (at >= text.length() || text.charAt(at) == '\n')
        throw fault(
            from, quote == '"' ? "unterminated quoted string" : "unterminated character constant");
      at++;
    }
    at++;
    add(quote == '"' ? Sort.STRING : Sort.CHARACTER, from, at);
  }

  private void add(Sort sort, int from, int to) {
    if (from < to) tokens.add(new Token(sort, text.substring(from, to), from));
  }

  private char peek(int index) {
    return index < text.length() ? text.charAt(index) : 0;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  private static boolean isWord(char c) {
    return c == '_' || Character.isLetterOrDigit(c) || Character.isSurrogate(c);
  }

  BuiltinFault fault(int place, String message) {
    return fault(text, place, message);
  }

  /** What is wrong with a template, and the line. */
  static BuiltinFault fault(String text, int place, String message) {
    long line = 1 + text.substring(0, place).chars().filter(c -> c == '\n').count();
    return new BuiltinFault("template: template:" + line + ": " + message);
  }
}
