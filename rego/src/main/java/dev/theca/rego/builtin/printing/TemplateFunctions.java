package dev.theca.rego.builtin.printing;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The functions that templates have; {@code and} and {@code or} are of the evaluation itself. */
final class TemplateFunctions {
  static final Set<String> NAMES =
      Set.of(
          "and",
          "or",
          "not",
          "eq",
          "ne",
          "lt",
          "le",
          "gt",
          "ge",
          "len",
          "index",
          "slice",
          "print",
          "printf",
          "println",
          "html",
          "urlquery");

  private TemplateFunctions() {}

  static Operand call(Calling context, String name, List<Operand> a) throws BuiltinFault {
    int least =
        switch (name) {
          case "print", "println", "html", "urlquery" -> 0;
          case "ne", "lt", "le", "gt", "ge" -> 2;
          default -> 1;
        };
    boolean exact = least == 2 || name.equals("not") || name.equals("len");
    if (a.size() < least || exact && a.size() != least)
      throw new BuiltinFault(
          "wrong number of args for "
              + name
              + ": want "
              + (exact ? "" : "at least ")
              + least
              + " got "
              + a.size());
    return switch (name) {
      case "not" -> new Operand.Truth(!TemplateValues.isTrue(a.getFirst()));
      case "eq", "ne", "lt", "le", "gt", "ge" -> new Operand.Truth(TemplateOrder.test(name, a));
      case "len" -> Operand.of(TemplateValues.length(a.getFirst()));
      case "index" -> index(a);
      case "slice" -> TemplateValues.slice(a);
      case "print" -> Operand.of(joined(context, a));
      case "println" -> Operand.of(lined(context, a));
      case "html" -> Operand.of(html(context, joined(context, a)));
      case "urlquery" -> Operand.of(query(context, joined(context, a)));
      case "printf" -> printf(context, a);
      default -> throw new BuiltinFault("function " + name + " not defined");
    };
  }

  private static Operand index(List<Operand> a) throws BuiltinFault {
    Operand item = a.getFirst();
    if (item instanceof Operand.Nothing)
      throw new BuiltinFault("error calling index: index of untyped nil");
    for (Operand key : a.subList(1, a.size())) item = TemplateValues.item(item, key);
    return item;
  }

  private static Operand printf(Calling context, List<Operand> a) throws BuiltinFault {
    if (!(a.getFirst() instanceof Operand.Text(String format, String type))
        || !type.equals("string"))
      throw new BuiltinFault("wrong type for value; expected string; got " + a.getFirst().type());
    var rest = a.subList(1, a.size()).toArray(Operand[]::new);
    return Operand.of(Printf.print(context, format, rest));
  }

  /** Spaces stand between operands of which neither is a string. */
  static String joined(Calling context, List<Operand> operands) {
    var layout = new Layout(context);
    var printer = new Printer(layout);
    boolean textBefore = true;
    for (Operand operand : operands) {
      boolean text = operand instanceof Operand.Text;
      if (!text && !textBefore) layout.append(" ");
      printer.print(operand, 'v');
      textBefore = text;
    }
    return layout.out.toString();
  }

  private static String lined(Calling context, List<Operand> operands) {
    var parts = new String[operands.size()];
    Arrays.setAll(parts, i -> joined(context, List.of(operands.get(i))));
    return String.join(" ", parts) + "\n";
  }

  private static String html(Calling context, String text) {
    context.spend(1 + 5L * text.length());
    var out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("&#34;");
        case '\'' -> out.append("&#39;");
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case 0 -> out.append('\uFFFD');
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  private static String query(Calling context, String text) {
    context.spend(1 + 3L * text.length());
    var out = new StringBuilder(text.length());
    for (byte b : Value.of(text).bytes()) {
      char c = (char) (b & 0xFF);
      if (c == ' ') out.append('+');
      else if (c < 128 && Character.isLetterOrDigit(c) || c != 0 && "-_.~".indexOf(c) >= 0)
        out.append(c);
      else
        out.append('%')
            .append("0123456789ABCDEF".charAt(c >> 4))
            .append("0123456789ABCDEF".charAt(c & 15));
    }
    return out.toString();
  }
}
