package dev.theca.rego.builtin;

import dev.theca.rego.builtin.GoTemplateNode.Base;
import dev.theca.rego.spi.BuiltinFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The text of a template, walked from left to right. */
final class GoTemplateTokens {
  private static final Set<String> KEYWORDS =
      Set.of(
          "if", "else", "end", "range", "with", "break", "continue", "define", "template", "block");

  private final String source;
  private int at;
  private boolean trim;
  private String last = "";

  GoTemplateTokens(String source) {
    this.source = source;
  }

  BuiltinFault fault(String what) {
    long line =
        1
            + source
                .substring(0, Math.min(at, source.length()))
                .chars()
                .filter(c -> c == '\n')
                .count();
    return new BuiltinFault("template: template:" + line + ": " + what);
  }

  /** Text up to the next action; comments are no action. */
  String text() throws BuiltinFault {
    var text = new StringBuilder();
    while (true) {
      int open = source.indexOf("{{", at);
      int end = open < 0 ? source.length() : open;
      int from = at;
      if (trim) while (from < end && isSpace(source.charAt(from))) from++;
      trim = false;
      boolean left = open >= 0 && source.startsWith("-", open + 2) && spaceAt(open + 3);
      if (left) while (end > from && isSpace(source.charAt(end - 1))) end--;
      text.append(source, from, end);
      at = open < 0 ? source.length() : open;
      int comment = open + (left ? 4 : 2);
      if (open < 0 || !source.startsWith("/*", comment)) return text.toString();
      int close = source.indexOf("*/", comment);
      at = close < 0 ? source.length() : close + 2;
      if (close < 0) throw fault("unclosed comment");
      if (!close()) throw fault("comment ends before closing delimiter");
    }
  }

  /** Begins an action, if there is one. */
  boolean open() {
    if (at >= source.length()) return false;
    at += source.startsWith("-", at + 2) && spaceAt(at + 3) ? 3 : 2;
    return true;
  }

  /** Ends the action, if it ends here. */
  boolean close() {
    boolean right = spaceAt(at) && source.startsWith("-}}", skipped());
    if (!right && !source.startsWith("}}", skipped())) return false;
    at = skipped() + (right ? 3 : 2);
    trim = right;
    return true;
  }

  void expectClose() throws BuiltinFault {
    if (!close()) throw fault("unexpected " + what() + " in command");
  }

  private String what() {
    int from = skipped();
    return from >= source.length() ? "EOF" : "\"" + source.charAt(from) + "\"";
  }

  /** A keyword, taken; empty where none stands here. */
  String keyword() {
    int from = skipped();
    int to = from;
    while (to < source.length() && isName(source.charAt(to))) to++;
    String word = source.substring(from, to);
    if (!KEYWORDS.contains(word)) return "";
    at = to;
    return word;
  }

  int mark() {
    at = skipped();
    return at;
  }

  void reset(int mark) {
    at = mark;
  }

  String since(int mark) {
    return source.substring(mark, at);
  }

  boolean peek(char c) {
    int from = skipped();
    return from < source.length() && source.charAt(from) == c;
  }

  boolean take(String symbol) {
    if (!source.startsWith(symbol, skipped())) return false;
    at = skipped() + symbol.length();
    last = symbol;
    return true;
  }

  boolean lastWas(String symbol) {
    return last.equals(symbol);
  }

  boolean atEndOfCommand() {
    int from = skipped();
    return from >= source.length()
        || source.startsWith("}}", from)
        || source.startsWith("-}}", from) && from > at
        || "|)".indexOf(source.charAt(from)) >= 0;
  }

  /** The name behind the dollar sign. */
  String variable() {
    at = skipped() + 1;
    return name();
  }

  private String name() {
    int from = at;
    while (at < source.length() && isName(source.charAt(at))) at++;
    return source.substring(from, at);
  }

  boolean digitFollows() {
    return at + 1 < source.length() && isDigit(source.charAt(at + 1));
  }

  boolean fieldFollows() {
    return at + 1 < source.length()
        && source.charAt(at) == '.'
        && isName(source.charAt(at + 1))
        && !isDigit(source.charAt(at + 1));
  }

  /** {@code .a.b}, with no space between. */
  List<String> fields() {
    var fields = new ArrayList<String>();
    while (fieldFollows()) {
      at++;
      fields.add(name());
    }
    return fields;
  }

  Base constantOrFunction() throws BuiltinFault {
    if (at >= source.length()) throw fault("unclosed action");
    char c = source.charAt(at);
    if (c == '"' || c == '`' || c == '\'')
      return new Base.Constant(GoLiteral.read(quoted(c), this));
    int from = at;
    if (isDigit(c) || "+-.".indexOf(c) >= 0) {
      at++;
      while (at < source.length() && isNumeric(at)) at++;
      return new Base.Constant(GoLiteral.number(source.substring(from, at), this));
    }
    String name = name();
    return switch (name) {
      case "" -> throw fault("unexpected " + what() + " in operand");
      case "true" -> new Base.Constant(dev.theca.rego.value.Value.of(true));
      case "false" -> new Base.Constant(dev.theca.rego.value.Value.of(false));
      case "nil" -> new Base.Constant(null);
      default -> {
        if (!GoTemplateFunctions.NAMES.contains(name))
          throw fault("function " + GoQuote.quoted(name) + " not defined");
        yield new Base.Function(name);
      }
    };
  }

  private boolean isNumeric(int i) {
    char c = source.charAt(i);
    return isName(c)
        || c == '.'
        || "+-".indexOf(c) >= 0 && "eEpP".indexOf(source.charAt(i - 1)) >= 0;
  }

  private String quoted(char quote) throws BuiltinFault {
    int from = at++;
    while (at < source.length() && source.charAt(at) != quote) {
      if (quote != '`' && source.charAt(at) == '\\') at++;
      if (quote != '`' && at < source.length() && source.charAt(at) == '\n') break;
      at++;
    }
    if (at >= source.length() || source.charAt(at) != quote)
      throw fault("unterminated quoted string");
    return source.substring(from, ++at);
  }

  private int skipped() {
    int from = at;
    while (from < source.length() && isSpace(source.charAt(from))) from++;
    return from;
  }

  private boolean spaceAt(int i) {
    return i < source.length() && isSpace(source.charAt(i));
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isName(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }
}
