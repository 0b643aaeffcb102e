package dev.theca.rego.value;

/** What a value is, in the order in which the language sorts values of several kinds. */
public enum Kind {
  /** {@code null}. */
  NULL,
  /** {@code true}, {@code false}. */
  BOOLEAN,
  /** A number of any size. */
  NUMBER,
  /** A string. */
  STRING,
  /** An array. */
  ARRAY,
  /** An object. */
  OBJECT,
  /** A set. */
  SET;

  /** As {@code type_name} says it. */
  public String word() {
    return switch (this) {
      case NULL -> "null";
      case BOOLEAN -> "boolean";
      case NUMBER -> "number";
      case STRING -> "string";
      case ARRAY -> "array";
      case OBJECT -> "object";
      case SET -> "set";
    };
  }

  /** Its bit in a set of kinds. */
  public int bit() {
    return 1 << ordinal();
  }
}
