package dev.theca.rego.value;

/** A boolean: there are two. */
public final class BoolValue implements Value {
  /** {@code true}. */
  public static final BoolValue TRUE = new BoolValue(true);

  /** {@code false}. */
  public static final BoolValue FALSE = new BoolValue(false);

  private final boolean value;

  private BoolValue(boolean value) {
    this.value = value;
  }

  /** The boolean. */
  public boolean value() {
    return value;
  }

  @Override
  public Kind kind() {
    return Kind.BOOLEAN;
  }

  @Override
  public String toString() {
    return value ? "true" : "false";
  }
}
