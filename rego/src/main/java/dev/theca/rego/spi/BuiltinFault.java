package dev.theca.rego.spi;

/** A function could make nothing of its arguments. The message names no secret and no place. */
public final class BuiltinFault extends Exception {
  private static final long serialVersionUID = 1;

  /** Says what was wrong, such as {@code divide by zero}. */
  public BuiltinFault(String message) {
    super(message, null, false, false);
  }
}
