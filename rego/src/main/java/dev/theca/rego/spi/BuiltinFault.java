package dev.theca.rego.spi;

/** A function could make nothing of its arguments. The message names no secret and no place. */
public final class BuiltinFault extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean ofOperand;

  /** Says what was wrong, such as {@code divide by zero}. */
  public BuiltinFault(String message) {
    this(message, false);
  }

  private BuiltinFault(String message, boolean ofOperand) {
    super(message, null, false, false);
    this.ofOperand = ofOperand;
  }

  /**
   * An operand is not what the function takes, such as {@code operand 1 must be array but got
   * number}. Open Policy Agent has a code of its own for these.
   */
  public static BuiltinFault operand(String message) {
    return new BuiltinFault(message, true);
  }

  /** Whether the kind or the form of an operand is at fault, and not what the function met. */
  public boolean isOfOperand() {
    return ofOperand;
  }
}
