package dev.theca.rego.builtin.printing;

import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.math.BigInteger;

/** What is printed: a value with the name that Go has for its type. */
sealed interface Operand {
  /** An integer of a machine word. */
  record Whole(long value, String type) implements Operand {}

  /** A larger integer. */
  record Large(BigInteger value) implements Operand {
    @Override
    public String type() {
      return "*big.Int";
    }
  }

  /** A number with a fraction or an exponent. */
  record Real(double value) implements Operand {
    @Override
    public String type() {
      return "float64";
    }
  }

  /** A string, or a number that is kept as it was written. */
  record Text(String text, String type) implements Operand {
    boolean isNumber() {
      return type.equals("json.Number");
    }
  }

  /** A boolean. */
  record Truth(boolean value) implements Operand {
    @Override
    public String type() {
      return "bool";
    }
  }

  /**
   * Nil.
   *
   * @param held whether an object or a list holds it: it is a null, and has no fields. What is not
   *     there at all has every field, and none of them is there either.
   */
  record Nothing(boolean held) implements Operand {
    Nothing() {
      this(false);
    }

    @Override
    public String type() {
      return "<nil>";
    }
  }

  /** A list. */
  record Items(ArrayValue array) implements Operand {
    @Override
    public String type() {
      return "[]interface {}";
    }
  }

  /** A map. */
  record Members(ObjectValue object) implements Operand {
    @Override
    public String type() {
      return "map[string]interface {}";
    }
  }

  /** What Go calls the type. */
  String type();

  static Operand of(long value) {
    return new Whole(value, "int");
  }

  static Operand of(String text) {
    return new Text(text, "string");
  }

  /**
   * As {@code sprintf} sees it: numbers as numbers, strings bare, all else as the language's text.
   */
  static Operand printed(Value value) {
    return switch (value) {
      case TextValue(String text) -> of(text);
      case NumberValue number -> number(number);
      case NullValue _, BoolValue _, ArrayValue _, ObjectValue _, SetValue _ ->
          of(value.toString());
    };
  }

  private static Operand number(NumberValue number) {
    if (number.isLong()) return of(number.longValue());
    String literal = number.literal();
    if (isWhole(literal)) {
      var large = new BigInteger(literal);
      return large.bitLength() < 64 ? of(large.longValue()) : new Large(large);
    }
    double real = Double.parseDouble(literal);
    return Double.isInfinite(real) ? of(literal) : new Real(real);
  }

  private static boolean isWhole(String literal) {
    for (int i = literal.startsWith("-") ? 1 : 0; i < literal.length(); i++)
      if (literal.charAt(i) < '0' || literal.charAt(i) > '9') return false;
    return true;
  }

  /** As Go's decoder of JSON gives it; there are no sets. */
  static Operand decoded(Value value) {
    return switch (value) {
      case NullValue _ -> new Nothing(true);
      case BoolValue flag -> new Truth(flag.value());
      case NumberValue number -> new Text(number.literal(), "json.Number");
      case TextValue(String text) -> of(text);
      case ArrayValue array -> new Items(array);
      case SetValue set -> new Items(ArrayValue.of(set.elements()));
      case ObjectValue object -> new Members(object);
    };
  }
}
