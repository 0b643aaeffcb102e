package dev.theca.rego.value;

/** {@code null}: there is one. */
public final class NullValue implements Value {
  /** The one. */
  public static final NullValue NULL = new NullValue();

  private NullValue() {}

  @Override
  public Kind kind() {
    return Kind.NULL;
  }

  @Override
  public String toString() {
    return "null";
  }
}
