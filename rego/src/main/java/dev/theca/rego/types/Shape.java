package dev.theca.rego.types;

import dev.theca.rego.value.Kind;
import dev.theca.rego.value.Value;
import java.util.List;
import java.util.SortedMap;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** What a value may look like. Absent parts (null) are known to be nothing in particular. */
public sealed interface Shape {
  /** Anything. */
  Shape ANY = new Any(List.of());

  /** A number. */
  Shape NUMBER = new Scalar(Kind.NUMBER);

  /** A string. */
  Shape STRING = new Scalar(Kind.STRING);

  /** A boolean. */
  Shape BOOLEAN = new Scalar(Kind.BOOLEAN);

  /** Null, a boolean, a number or a string. */
  record Scalar(Kind kind) implements Shape {
    @Override
    public String toString() {
      return kind.word();
    }
  }

  /** One of several, or, without any, anything. */
  record Any(List<Shape> of) implements Shape {
    @Override
    public String toString() {
      return of.isEmpty() ? "any" : "any" + list(of);
    }
  }

  /** An array: items that are known, and what may follow them. */
  record ArrayOf(List<@Nullable Shape> items, @Nullable Shape rest) implements Shape {
    @Override
    public String toString() {
      return "array"
          + (items.isEmpty() ? "" : list(items))
          + (rest == null ? "" : "[" + rest + "]");
    }
  }

  /** A set. */
  record SetOf(@Nullable Shape element) implements Shape {
    @Override
    public String toString() {
      return "set[" + (element == null ? "???" : element) + "]";
    }
  }

  /** An object: members that are known, and what others may be. */
  record ObjectOf(
      SortedMap<Value, @Nullable Shape> fixed, @Nullable Shape key, @Nullable Shape value)
      implements Shape {
    @Override
    public String toString() {
      var members = new StringJoiner(", ", "<", ">");
      fixed.forEach((name, shape) -> members.add(name + ": " + shape));
      return "object"
          + (fixed.isEmpty() ? "" : members)
          + (key == null ? "" : "[" + key + ": " + value + "]");
    }
  }

  private static String list(List<? extends @Nullable Shape> shapes) {
    var text = new StringJoiner(", ", "<", ">");
    for (Shape shape : shapes) text.add(shape == null ? "???" : shape.toString());
    return text.toString();
  }

  /** Whether it says nothing. */
  default boolean isAnything() {
    return this instanceof Any(List<Shape> of) && of.isEmpty();
  }
}
