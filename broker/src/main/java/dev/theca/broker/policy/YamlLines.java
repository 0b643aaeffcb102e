package dev.theca.broker.policy;

/** The lines of a YAML text and the four ways in which it has a scalar. */
final class YamlLines {
  private final StringBuilder out = new StringBuilder();
  private int column;

  /** Whether the line has nothing but indention and indicators so far. */
  private boolean indention = true;

  private boolean whitespace = true;

  String end() {
    return out.append('\n').toString();
  }

  private void put(int c) {
    out.appendCodePoint(c);
    column++;
  }

  private void newLine() {
    out.append('\n');
    column = 0;
    indention = true;
    whitespace = true;
  }

  /** Goes to this column, on a new line unless this one has nothing but indention before it. */
  void indent(int indent) {
    if (!indention || column > indent || column == indent && !whitespace) newLine();
    while (column < indent) put(' ');
    indention = true;
    whitespace = true;
  }

  /** A mark with a space before it; some leave the line at its indention. */
  void indicator(String mark, boolean keepsIndention) {
    if (!whitespace) put(' ');
    mark.chars().forEach(this::put);
    whitespace = false;
    indention &= keepsIndention;
  }

  void colon() {
    put(':');
    ended();
  }

  /** A string in the plainest way that is read as that string again. */
  void scalar(String text, int indent, boolean key) {
    var shape = ScalarShape.of(text);
    boolean lines = text.indexOf('\n') >= 0;
    if (lines && shape.block() && !key) literal(text, indent);
    else if (lines || !YamlScalars.isText(text)) doubled(text);
    else if (shape.plain()) plain(text);
    else if (shape.single()) single(text);
    else doubled(text);
  }

  void plain(String text) {
    if (!whitespace) put(' ');
    text.codePoints().forEach(this::put);
    ended();
  }

  private void single(String text) {
    indicator("'", false);
    text.replace("'", "''").codePoints().forEach(this::put);
    put('\'');
    ended();
  }

  private void doubled(String text) {
    indicator("\"", false);
    text.codePoints()
        .forEach(
            c -> {
              if (ScalarShape.isEscaped(c)) escape(c);
              else put(c);
            });
    put('"');
    ended();
  }

  private void ended() {
    whitespace = false;
    indention = false;
  }

  private void escape(int c) {
    put('\\');
    int known = "\0\u0007\b\t\n\u000b\f\r\u001b\"\\\u0085\u00a0\u2028\u2029".indexOf(c);
    if (known >= 0) {
      put("0abtnvfre\"\\N_LP".charAt(known));
      return;
    }
    String digits = c <= 0xFF ? "x%02X" : c <= 0xFFFF ? "u%04X" : "U%08X";
    digits.formatted(c).chars().forEach(this::put);
  }

  /** Lines as they are, with a hint about spaces before them and line ends behind them. */
  private void literal(String text, int indent) {
    indicator("|", false);
    if (text.startsWith(" ") || ScalarShape.isBreak(text.charAt(0))) put('2');
    int last = text.length() - 1;
    if (!ScalarShape.isBreak(text.charAt(last))) put('-');
    else if (last == 0 || ScalarShape.isBreak(text.charAt(last - 1))) put('+');
    newLine();
    boolean fresh = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (ScalarShape.isBreak(c)) {
        if (c == '\n') newLine();
        else out.append(c);
        fresh = true;
        continue;
      }
      if (fresh) indent(indent);
      fresh = false;
      if (!Character.isLowSurrogate(c)) column++;
      out.append(c);
      indention = false;
      whitespace = false;
    }
  }
}
