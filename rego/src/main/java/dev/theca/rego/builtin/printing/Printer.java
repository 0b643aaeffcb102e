package dev.theca.rego.builtin.printing;

import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;

/** Prints one operand by one verb. */
final class Printer {
  private final Layout layout;

  Printer(Layout layout) {
    this.layout = layout;
  }

  void print(Operand operand, int verb) {
    if (operand instanceof Operand.Nothing) {
      if (verb == 'v' || verb == 'T') layout.padded("<nil>");
      else layout.append("%!" + rune(verb) + "(<nil>)");
      return;
    }
    if (verb == 'T') text(operand.type());
    else if (verb == 'p') bad(operand, verb);
    else inner(operand, verb);
  }

  private void inner(Operand operand, int verb) {
    switch (operand) {
      case Operand.Whole whole -> {
        if (!new IntegerText(layout).print(whole.value(), verb)) bad(operand, verb);
      }
      case Operand.Large(var value) -> {
        if (verb == 'w') layout.append("%!w(*big.Int=" + LargeText.words(value) + ")");
        else LargeText.print(layout, value, verb);
      }
      case Operand.Real(double value) -> {
        if (!FloatText.print(layout, value, verb)) bad(operand, verb);
      }
      case Operand.Text text -> {
        if (!string(text.text(), verb)) bad(operand, verb);
      }
      case Operand.Truth(boolean value) -> {
        if (verb == 't' || verb == 'v') layout.padded(Boolean.toString(value));
        else bad(operand, verb);
      }
      case Operand.Nothing _ -> layout.append(layout.sharpV ? "interface {}(nil)" : "<nil>");
      case Operand.Items items -> list(items, verb);
      case Operand.Members members -> map(members, verb);
    }
  }

  private void list(Operand.Items items, int verb) {
    layout.append(layout.sharpV ? items.type() + "{" : "[");
    String separator = "";
    for (Value item : items.array()) {
      layout.append(separator);
      separator = layout.sharpV ? ", " : " ";
      inner(Operand.decoded(item), verb);
    }
    layout.append(layout.sharpV ? "}" : "]");
  }

  private void map(Operand.Members members, int verb) {
    layout.append(layout.sharpV ? members.type() + "{" : "map[");
    String[] separator = {""};
    members
        .object()
        .forEach(
            (key, value) -> {
              layout.append(separator[0]);
              separator[0] = layout.sharpV ? ", " : " ";
              inner(Operand.decoded(key), verb);
              layout.append(":");
              inner(Operand.decoded(value), verb);
            });
    layout.append(layout.sharpV ? "}" : "]");
  }

  private void bad(Operand operand, int verb) {
    layout.append("%!" + rune(verb) + "(" + operand.type() + "=");
    inner(operand, 'v');
    layout.append(")");
  }

  private boolean string(String text, int verb) {
    switch (verb) {
      case 's' -> text(text);
      case 'v' -> {
        if (layout.sharpV) quoted(text);
        else text(text);
      }
      case 'q' -> quoted(text);
      case 'x' -> hex(text, "0123456789abcdefx");
      case 'X' -> hex(text, "0123456789ABCDEFX");
      default -> {
        return false;
      }
    }
    return true;
  }

  private void text(String text) {
    layout.padded(cut(text));
  }

  /** The precision counts code points. */
  private String cut(String text) {
    if (!layout.hasPrecision || layout.precision >= text.length()) return text;
    if (text.codePointCount(0, text.length()) <= layout.precision) return text;
    return text.substring(0, text.offsetByCodePoints(0, layout.precision));
  }

  private void quoted(String text) {
    String cut = cut(text);
    layout.spend(1 + cut.length());
    layout.padded(
        layout.sharp && Quoted.canBackquote(cut) ? "`" + cut + "`" : Quoted.text(cut, layout.plus));
  }

  private void hex(String text, String digits) {
    byte[] bytes = new TextValue(text).bytes();
    int length = layout.hasPrecision ? Math.min(layout.precision, bytes.length) : bytes.length;
    layout.spend(1 + 5L * length);
    var hex = new StringBuilder();
    for (int i = 0; i < length; i++) {
      if (i > 0 && layout.space) hex.append(' ');
      if (layout.sharp && (i == 0 || layout.space)) hex.append('0').append(digits.charAt(16));
      hex.append(digits.charAt(bytes[i] >> 4 & 15)).append(digits.charAt(bytes[i] & 15));
    }
    layout.padded(hex.toString());
  }

  /** A verb as it is named in what is printed about it. */
  static String rune(int point) {
    return Character.toString(
        point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? 0xFFFD : point);
  }
}
