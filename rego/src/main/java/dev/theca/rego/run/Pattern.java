package dev.theca.rego.run;

import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import java.util.List;

/** What a value must look like, and which variables it gives values to. */
public abstract sealed class Pattern {
  abstract boolean match(Frame frame, Value value);

  /** Anything; the variable has it from now on. */
  public static final class Bind extends Pattern {
    final int slot;

    /** The variable. */
    public Bind(int slot) {
      this.slot = slot;
    }

    @Override
    boolean match(Frame frame, Value value) {
      frame.slots[slot] = value;
      return true;
    }
  }

  /** No value: it stands for a term with variables that could get values only from the term. */
  public static final class Nothing extends Pattern {
    /** The only kind. */
    public Nothing() {}

    @Override
    boolean match(Frame frame, Value value) {
      return false;
    }
  }

  /** The same value. */
  public static final class Equal extends Pattern {
    final Operand operand;

    /** As this one. */
    public Equal(Operand operand) {
      this.operand = operand;
    }

    @Override
    boolean match(Frame frame, Value value) {
      return operand.get(frame).equals(value);
    }
  }

  /** An array of as many items, each of its pattern. */
  public static final class Items extends Pattern {
    private final Pattern[] items;

    /** Of these. */
    public Items(List<Pattern> items) {
      this.items = items.toArray(Pattern[]::new);
    }

    @Override
    boolean match(Frame frame, Value value) {
      if (!(value instanceof ArrayValue array) || array.size() != items.length) return false;
      for (int i = 0; i < items.length; i++)
        if (!items[i].match(frame, array.item(i))) return false;
      return true;
    }
  }

  /** An object of exactly these keys, each value of its pattern. */
  public static final class Members extends Pattern {
    private final Operand[] keys;
    private final Pattern[] values;

    /** Of these. */
    public Members(List<Operand> keys, List<Pattern> values) {
      this.keys = keys.toArray(Operand[]::new);
      this.values = values.toArray(Pattern[]::new);
    }

    @Override
    boolean match(Frame frame, Value value) {
      if (!(value instanceof ObjectValue object) || object.size() != keys.length) return false;
      for (int i = 0; i < keys.length; i++) {
        Value member = object.get(keys[i].get(frame));
        if (member == null || !values[i].match(frame, member)) return false;
      }
      return true;
    }
  }
}
