package dev.theca.rego;

import dev.theca.wire.Code;
import java.util.Locale;

/** Why a policy is refused before it runs, or ended while it ran. */
public enum RegoCode implements Code {
  /** The text is no policy. */
  REGO_PARSE("rego_parse_error"),
  /** The text is larger or deeper than allowed. */
  REGO_LIMIT("rego_parse_error"),
  /** The policies do not fit together: names, conflicts, arity of rules, misuse of a keyword. */
  REGO_COMPILE("rego_compile_error"),
  /** A variable can never get a value where it is used. */
  REGO_UNSAFE_VAR("rego_unsafe_var_error"),
  /** A call of an unknown function, with the wrong number of arguments, or of wrong kinds. */
  REGO_TYPE("rego_type_error"),
  /** A rule needs itself. */
  REGO_RECURSION("rego_recursion_error"),
  /** Two rules gave one document, or one key, different values. */
  REGO_CONFLICT("eval_conflict_error"),
  /** A function could make nothing of its arguments, and the caller asked for strictness. */
  REGO_BUILTIN("eval_builtin_error"),
  /** An operand is not what the function takes, and the caller asked for strictness. */
  REGO_OPERAND("eval_type_error"),
  /** {@code with} replaces what cannot be replaced by it. */
  REGO_WITH("eval_with_merge_error"),
  /** The evaluation did more than its limits allow. */
  REGO_EXHAUSTED("eval_cancel_error"),
  /** A host's function failed. */
  REGO_HOST("eval_internal_error");

  private final String opa;

  RegoCode(String opa) {
    this.opa = opa;
  }

  /** The name that Open Policy Agent gives to errors of this kind. */
  public String opa() {
    return opa;
  }

  @Override
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
