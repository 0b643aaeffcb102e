package dev.theca.rego.builtin.printing;

import dev.theca.rego.spi.Calling;

/** Reads a format and prints the operands; what makes no sense is said in the text itself. */
final class Printf {
  private static final int MOST = 1_000_000;

  private final String format;
  private final Operand[] operands;
  private final Layout layout;
  private final Printer printer;
  private int at;
  private int next;
  private boolean reordered;
  private boolean goodIndex;
  private boolean afterIndex;
  private boolean found;

  private Printf(Calling context, String format, Operand[] operands) {
    this.format = format;
    this.operands = operands;
    layout = new Layout(context);
    printer = new Printer(layout);
  }

  static String print(Calling context, String format, Operand[] operands) {
    var printf = new Printf(context, format, operands);
    printf.run();
    return printf.layout.out.toString();
  }

  private void run() {
    while (at < format.length()) {
      int percent = format.indexOf('%', at);
      int end = percent < 0 ? format.length() : percent;
      if (end > at) layout.append(format, at, end);
      at = end + 1;
      if (percent >= 0) verb();
    }
    if (!reordered && next < operands.length) extra();
  }

  private void extra() {
    layout.clear();
    layout.append("%!(EXTRA ");
    for (int i = next; i < operands.length; i++) {
      if (i > next) layout.append(", ");
      if (operands[i] instanceof Operand.Nothing) {
        layout.append("<nil>");
        continue;
      }
      layout.append(operands[i].type());
      layout.append("=");
      printer.print(operands[i], 'v');
    }
    layout.append(")");
  }

  private void verb() {
    layout.clear();
    goodIndex = true;
    afterIndex = false;
    while (at < format.length() && flag(format.charAt(at))) at++;
    index();
    width();
    precision();
    if (!afterIndex) index();
    if (at >= format.length()) {
      layout.append("%!(NOVERB)");
      return;
    }
    int verb = format.codePointAt(at);
    at += Character.charCount(verb);
    if (verb == '%') layout.append("%");
    else if (!goodIndex) bad(verb, "(BADINDEX)");
    else if (next >= operands.length) bad(verb, "(MISSING)");
    else {
      if (verb == 'v' || verb == 'w') layout.goSyntax();
      printer.print(operands[next++], verb);
    }
  }

  private void bad(int verb, String what) {
    layout.append("%!" + Printer.rune(verb) + what);
  }

  private boolean flag(char c) {
    switch (c) {
      case '#' -> layout.sharp = true;
      case '0' -> layout.zero = true;
      case '+' -> layout.plus = true;
      case '-' -> layout.minus = true;
      case ' ' -> layout.space = true;
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean taken(char c) {
    if (at >= format.length() || format.charAt(at) != c) return false;
    at++;
    return true;
  }

  private void width() {
    if (taken('*')) {
      layout.width = fromOperand();
      layout.hasWidth = found;
      if (!found) layout.append("%!(BADWIDTH)");
      if (layout.width < 0) {
        layout.width = -layout.width;
        layout.minus = true;
        layout.zero = false;
      }
      afterIndex = false;
      return;
    }
    layout.width = number(format.length());
    layout.hasWidth = found;
    if (afterIndex && found) goodIndex = false;
  }

  private void precision() {
    if (at + 1 > format.length() - 1 || format.charAt(at) != '.') return;
    at++;
    if (afterIndex) goodIndex = false;
    index();
    if (taken('*')) {
      layout.precision = fromOperand();
      if (layout.precision < 0) {
        layout.precision = 0;
        found = false;
      }
      layout.hasPrecision = found;
      if (!found) layout.append("%!(BADPREC)");
      afterIndex = false;
      return;
    }
    layout.precision = number(format.length());
    layout.hasPrecision = true;
  }

  /** A width or precision that is the next operand. */
  private int fromOperand() {
    found = false;
    if (next >= operands.length) return 0;
    Operand operand = operands[next++];
    if (!(operand instanceof Operand.Whole(long value, _)) || value > MOST || value < -MOST)
      return 0;
    found = true;
    return (int) value;
  }

  /** Digits; too many of them swallow all up to the end. */
  private int number(int end) {
    found = false;
    int number = 0;
    while (at < end && format.charAt(at) >= '0' && format.charAt(at) <= '9') {
      if (number > MOST) {
        found = false;
        at = end;
        return 0;
      }
      number = number * 10 + format.charAt(at++) - '0';
      found = true;
    }
    return number;
  }

  /** {@code [2]}: which operand is next, from 1. */
  private void index() {
    afterIndex = false;
    if (at >= format.length() || format.charAt(at) != '[') return;
    reordered = true;
    int close = format.indexOf(']', at);
    layout.spend(1 + ((close < 0 ? format.length() : close) - at) / 16);
    // "[]" at the very end is too short for Go to look into
    if (close < 0 || format.length() - at < 3) {
      at++;
      goodIndex = false;
      return;
    }
    at++;
    int index = number(close) - 1;
    boolean ok = found && at == close;
    at = close + 1;
    // a number out of range is bad, and still an index
    afterIndex = ok;
    if (ok && index >= 0 && index < operands.length) next = index;
    else goodIndex = false;
  }
}
