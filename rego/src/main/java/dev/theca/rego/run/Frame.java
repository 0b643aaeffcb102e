package dev.theca.rego.run;

import dev.theca.rego.RegoCode;
import dev.theca.rego.value.Value;
import org.jspecify.annotations.Nullable;

/** The variables of one rule while it runs. */
public final class Frame {
  private static final @Nullable Value[] NONE = {};

  final @Nullable Value[] slots;
  Context context;

  /** With so many variables, none of which has a value. */
  public Frame(int slots, Context context) {
    this.slots = slots == 0 ? NONE : new Value[slots];
    this.context = context;
  }

  /** The value of a variable that has one. */
  Value slot(int index) {
    Value value = slots[index];
    if (value == null)
      throw new Halt(RegoCode.REGO_UNSAFE_VAR, "query", "a variable has no value where it is read");
    return value;
  }

  /** The value of a variable, null where it has none. */
  public @Nullable Value peek(int index) {
    return slots[index];
  }
}
