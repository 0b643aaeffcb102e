package dev.theca.rego.run;

import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;

/** A term whose variables all have values. */
public abstract sealed class Operand {
  abstract Value get(Frame frame);

  /** A value. */
  public static final class Constant extends Operand {
    final Value value;

    /** This value. */
    public Constant(Value value) {
      this.value = value;
    }

    /** The value. */
    public Value value() {
      return value;
    }

    @Override
    Value get(Frame frame) {
      return value;
    }
  }

  /** A variable. */
  public static final class Slot extends Operand {
    final int index;

    /** The variable of this slot. */
    public Slot(int index) {
      this.index = index;
    }

    @Override
    Value get(Frame frame) {
      return frame.slot(index);
    }
  }

  private abstract static sealed class Made extends Operand {
    final Operand[] parts;

    Made(List<Operand> parts) {
      this.parts = parts.toArray(Operand[]::new);
    }

    Value[] values(Frame frame) {
      frame.context.spend(parts.length);
      Value[] values = new Value[parts.length];
      for (int i = 0; i < values.length; i++) values[i] = parts[i].get(frame);
      return values;
    }
  }

  /** {@code [a, b]}. */
  public static final class Items extends Made {
    /** Of these. */
    public Items(List<Operand> parts) {
      super(parts);
    }

    @Override
    Value get(Frame frame) {
      return frame.context.made(ArrayValue.owning(values(frame)));
    }
  }

  /** {@code {a, b}}. */
  public static final class Elements extends Made {
    /** Of these. */
    public Elements(List<Operand> parts) {
      super(parts);
    }

    @Override
    Value get(Frame frame) {
      return frame.context.made(SetValue.owning(new HashSet<>(List.of(distinct(values(frame))))));
    }

    private static Value[] distinct(Value[] values) {
      return new HashSet<>(java.util.Arrays.asList(values)).toArray(Value[]::new);
    }
  }

  /** {@code {k: v}}: keys and values in turn. */
  public static final class Members extends Made {
    /** Of these. */
    public Members(List<Operand> parts) {
      super(parts);
    }

    @Override
    Value get(Frame frame) {
      Value[] values = values(frame);
      var members = HashMap.<Value, Value>newHashMap(values.length / 2);
      for (int i = 0; i < values.length; i += 2) members.put(values[i], values[i + 1]);
      return frame.context.made(ObjectValue.owning(members));
    }
  }
}
