package dev.theca.rego.compile;

import dev.theca.rego.compile.Tree.Constant;
import dev.theca.rego.compile.Tree.Name;
import dev.theca.rego.compile.Tree.Path;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Names of variables. A wildcard begins with {@code $}, a variable that a stage made with {@code
 * %}; a declared variable is the name that the author gave, {@code %} and a number.
 */
final class Names {
  private static final Pattern PLAIN = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

  private int next;

  /** A variable of a stage's own. */
  String generated() {
    return "%" + next++;
  }

  /** A name of its own for what the author declared. */
  String declared(String name) {
    return isGenerated(name) ? generated() : original(name) + "%" + next++;
  }

  static boolean isRoot(String name) {
    return name.equals("input") || name.equals("data");
  }

  static boolean isWildcard(String name) {
    return name.startsWith("$");
  }

  static boolean isGenerated(String name) {
    return name.startsWith("%");
  }

  /** As the author wrote it. */
  static String original(String name) {
    if (isWildcard(name)) return "_";
    int mark = name.indexOf('%');
    return mark <= 0 ? name : name.substring(0, mark);
  }

  /** {@code json.marshal}, {@code data.a.f}; empty for what can be no function. */
  static String dotted(Tree function) {
    return switch (function) {
      case Name(var at, String name) -> name;
      case Path(var at, Name(var place, String name), List<Tree> steps) -> {
        var text = new StringBuilder(name);
        for (Tree step : steps) {
          if (!(step instanceof Constant(var there, TextValue(String part)))) yield "";
          step(part, text);
        }
        yield text.toString();
      }
      default -> "";
    };
  }

  /** Appends {@code .part} or {@code ["part"]}. */
  static void step(String part, StringBuilder text) {
    if (PLAIN.matcher(part).matches()) text.append('.').append(part);
    else text.append('[').append(Value.of(part)).append(']');
  }

  /** {@code data.a["b-c"]}. */
  static String path(List<Value> keys) {
    var text = new StringBuilder("data");
    for (Value key : keys) {
      if (key instanceof TextValue(String part)) step(part, text);
      else text.append('[').append(key).append(']');
    }
    return text.toString();
  }
}
