package dev.theca.rego.types;

import dev.theca.rego.value.Kind;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads shapes as the table of functions writes them; a wrong table is a fault of this room. */
final class ShapeText {
  private final String text;
  private int at;

  ShapeText(String text) {
    this.text = text;
  }

  boolean atEnd() {
    return at >= text.length();
  }

  boolean skip(String symbol) {
    if (!text.startsWith(symbol, at)) return false;
    at += symbol.length();
    return true;
  }

  private String word() {
    int from = at;
    while (at < text.length() && Character.isLetter(text.charAt(at))) at++;
    return text.substring(from, at);
  }

  Shape shape() {
    String word = word();
    return switch (word) {
      case "any" -> skip("<") ? new Shape.Any(shapes()) : Shape.ANY;
      case "array" -> array();
      case "set" -> {
        skip("[");
        Shape element = shape();
        skip("]");
        yield new Shape.SetOf(element);
      }
      case "object" -> object();
      default -> new Shape.Scalar(Kind.valueOf(word.toUpperCase(Locale.ROOT)));
    };
  }

  private List<Shape> shapes() {
    var all = new ArrayList<Shape>();
    do {
      all.add(shape());
    } while (skip(", "));
    skip(">");
    return all;
  }

  private Shape array() {
    if (skip("<")) return new Shape.ArrayOf(new ArrayList<@Nullable Shape>(shapes()), null);
    skip("[");
    Shape rest = shape();
    skip("]");
    return new Shape.ArrayOf(List.of(), rest);
  }

  private Shape object() {
    var fixed = new TreeMap<Value, @Nullable Shape>();
    if (skip("<")) {
      do {
        String name = word();
        skip(": ");
        fixed.put(Value.of(name), shape());
      } while (skip(", "));
      skip(">");
    }
    if (!skip("[")) return new Shape.ObjectOf(fixed, null, null);
    Shape key = shape();
    skip(": ");
    Shape value = shape();
    skip("]");
    return new Shape.ObjectOf(fixed, key, value);
  }
}
