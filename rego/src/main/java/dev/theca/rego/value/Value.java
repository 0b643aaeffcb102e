package dev.theca.rego.value;

/**
 * A value of the policy language. Immutable; equal when the language's {@code ==} says so (numbers
 * by value, sets and objects whatever the order they were made in); ordered null, booleans,
 * numbers, strings, arrays, objects, sets ("Policy Reference", comparison).
 */
public sealed interface Value extends Comparable<Value>
    permits NullValue, BoolValue, NumberValue, TextValue, ArrayValue, ObjectValue, SetValue {
  /** What it is. */
  Kind kind();

  @Override
  default int compareTo(Value other) {
    if (this == other) return 0;
    int kinds = kind().compareTo(other.kind());
    if (kinds != 0) return kinds;
    return switch (this) {
      case NullValue _ -> 0;
      case BoolValue flag -> Boolean.compare(flag.value(), ((BoolValue) other).value());
      case NumberValue number -> number.compare((NumberValue) other);
      case TextValue text -> text.compare((TextValue) other);
      case ArrayValue array -> array.compare((ArrayValue) other);
      case ObjectValue object -> object.compare((ObjectValue) other);
      case SetValue set -> set.compare((SetValue) other);
    };
  }

  /** The member or item of a composite, null where there is none. */
  default @org.jspecify.annotations.Nullable Value at(Value key) {
    return switch (this) {
      case ObjectValue object -> object.get(key);
      case ArrayValue array -> array.get(key);
      case SetValue set -> set.contains(key) ? key : null;
      case NullValue _, BoolValue _, NumberValue _, TextValue _ -> null;
    };
  }

  /**
   * How much there is in it when it is written out: about one for each part and for every few
   * characters, and never more than the largest number.
   */
  default int weight() {
    return switch (this) {
      case NullValue _, BoolValue _, NumberValue _ -> 1;
      case TextValue text -> Extent.of(text);
      case ArrayValue array -> array.extent().weight();
      case ObjectValue object -> object.extent().weight();
      case SetValue set -> set.extent().weight();
    };
  }

  /** How deep parts lie within each other. */
  default int height() {
    return switch (this) {
      case NullValue _, BoolValue _, NumberValue _, TextValue _ -> 0;
      case ArrayValue array -> array.extent().height();
      case ObjectValue object -> object.extent().height();
      case SetValue set -> set.extent().height();
    };
  }

  /** A boolean. */
  static BoolValue of(boolean value) {
    return value ? BoolValue.TRUE : BoolValue.FALSE;
  }

  /** A number. */
  static NumberValue of(long value) {
    return NumberValue.of(value);
  }

  /** A string. */
  static TextValue of(String value) {
    return new TextValue(value);
  }
}
