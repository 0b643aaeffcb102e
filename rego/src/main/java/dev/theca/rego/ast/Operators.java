package dev.theca.rego.ast;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Operators, and the functions that they stand for ("Policy Reference", built-in functions). */
public final class Operators {
  private static final Map<String, String> SIGNS = new LinkedHashMap<>();
  private static final Map<String, String> FUNCTIONS = new LinkedHashMap<>();

  static {
    add("assign", ":=");
    add("eq", "=");
    add("equal", "==");
    add("neq", "!=");
    add("lt", "<");
    add("lte", "<=");
    add("gt", ">");
    add("gte", ">=");
    add("plus", "+");
    add("minus", "-");
    add("mul", "*");
    add("div", "/");
    add("rem", "%");
    add("and", "&");
    add("or", "|");
  }

  private Operators() {}

  private static void add(String function, String sign) {
    SIGNS.put(function, sign);
    FUNCTIONS.put(sign, function);
  }

  /** The sign of a function, such as {@code +} of {@code plus}. */
  public static Optional<String> sign(String function) {
    return Optional.ofNullable(SIGNS.get(function));
  }

  /** The function of a sign, such as {@code plus} of {@code +}. */
  public static Optional<String> function(String sign) {
    return Optional.ofNullable(FUNCTIONS.get(sign));
  }
}
