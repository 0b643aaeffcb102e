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
