package dev.theca.rego.run;

import dev.theca.rego.value.Value;

/** How two values may compare. */
enum Order {
  EQUAL,
  NOT_EQUAL,
  LESS,
  AT_MOST,
  GREATER,
  AT_LEAST;

  /** By the name of the function. */
  static Order of(String function) {
    return switch (function) {
      case "equal" -> EQUAL;
      case "neq" -> NOT_EQUAL;
      case "lt" -> LESS;
      case "lte" -> AT_MOST;
      case "gt" -> GREATER;
      case "gte" -> AT_LEAST;
      default -> throw new IllegalArgumentException("no comparison: " + function);
    };
  }

  boolean holds(Value a, Value b) {
    return switch (this) {
      case EQUAL -> a.equals(b);
      case NOT_EQUAL -> !a.equals(b);
      case LESS -> a.compareTo(b) < 0;
      case AT_MOST -> a.compareTo(b) <= 0;
      case GREATER -> a.compareTo(b) > 0;
      case AT_LEAST -> a.compareTo(b) >= 0;
    };
  }
}
