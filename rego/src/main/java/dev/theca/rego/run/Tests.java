package dev.theca.rego.run;

import dev.theca.rego.Location;
import dev.theca.rego.RegoCode;
import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.HostFault;
import dev.theca.rego.spi.Type;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Conditions that hold in one way or not at all. */
public final class Tests {
  private Tests() {}

  /** Never holds. */
  public static Step never(Location at, int origin) {
    return new Step.Test(at, origin) {
      @Override
      boolean test(Frame frame) {
        return false;
      }
    };
  }

  /** A term looks like a pattern. */
  public static Step match(Location at, int origin, Operand operand, Pattern pattern) {
    return new Step.Test(at, origin) {
      @Override
      boolean test(Frame frame) {
        return pattern.match(frame, operand.get(frame));
      }

      @Override
      Value look(Frame frame) {
        return operand.get(frame);
      }
    };
  }

  /** A term is not false. */
  public static Step truth(Location at, int origin, Operand operand) {
    return new Step.Test(at, origin) {
      @Override
      boolean test(Frame frame) {
        return !BoolValue.FALSE.equals(operand.get(frame));
      }
    };
  }

  /** A path whose steps all have values leads to something that looks like a pattern. */
  public static Step read(
      Location at, int origin, Source source, List<Operand> steps, @Nullable Pattern pattern) {
    Operand[] keys = steps.toArray(Operand[]::new);
    return new Step.Test(at, origin) {
      @Override
      boolean test(Frame frame) {
        Value value = look(frame);
        return value != null && fits(pattern, frame, value);
      }

      @Override
      @Nullable Value look(Frame frame) {
        boolean member = keys.length > 0 && source instanceof Source.Rules;
        Value value =
            member ? ((Source.Rules) source).member(frame, keys[0].get(frame)) : source.get(frame);
        boolean base = source instanceof Source.Base;
        for (int i = member ? 1 : 0; value != null && i < keys.length; i++) {
          Value key = keys[i].get(frame);
          value = base ? frame.context.below(value, key) : value.at(key);
        }
        return value;
      }
    };
  }

  static boolean fits(@Nullable Pattern pattern, Frame frame, Value value) {
    return pattern == null ? !BoolValue.FALSE.equals(value) : pattern.match(frame, value);
  }

  /** Two terms compare so; as a condition of its own, without a result. */
  public static Step compare(
      Location at, int origin, String operator, Operand left, Operand right) {
    var order = Order.of(operator);
    return new Step.Test(at, origin) {
      @Override
      boolean test(Frame frame) {
        Value a = left.get(frame);
        Value b = right.get(frame);
        frame.context.pay(a, b);
        return order.holds(a, b);
      }

      @Override
      Value look(Frame frame) {
        return (left instanceof Operand.Constant ? right : left).get(frame);
      }
    };
  }

  /** A call gives something that looks like a pattern; without one, something that is not false. */
  public static Step call(
      Location at, int origin, Builtin builtin, List<Operand> arguments, @Nullable Pattern result) {
    Operand[] operands = arguments.toArray(Operand[]::new);
    return new Step.Test(at, origin) {
      @Override
      boolean test(Frame frame) {
        Value[] values = values(operands, frame);
        Value value = Calls.call(frame.context, at, builtin, values);
        return value != null && fits(result, frame, value);
      }
    };
  }

  /** The same of a function of rules. */
  public static Step call(
      Location at,
      int origin,
      Document document,
      List<Operand> arguments,
      @Nullable Pattern result) {
    Operand[] operands = arguments.toArray(Operand[]::new);
    return new Step.Test(at, origin) {
      @Override
      boolean test(Frame frame) {
        Value value = Calls.call(frame.context, at, document, values(operands, frame));
        return value != null && fits(result, frame, value);
      }
    };
  }

  static Value[] values(Operand[] operands, Frame frame) {
    Value[] values = new Value[operands.length];
    for (int i = 0; i < values.length; i++) values[i] = operands[i].get(frame);
    return values;
  }

  /** A body has no solution. */
  public static Step not(Location at, int origin, Body body) {
    return new Step.Test(at, origin) {
      @Override
      boolean test(Frame frame) {
        frame.context.enter(this);
        boolean holds = body.holds(frame);
        frame.context.leave();
        return !holds;
      }
    };
  }

  /** A body has a solution for every member of a collection. */
  public static Step every(
      Location at, int origin, Operand collection, Pattern key, Pattern value, Body body) {
    return new Step.Test(at, origin) {
      @Override
      boolean test(Frame frame) {
        Value over = collection.get(frame);
        if (over.kind().ordinal() < dev.theca.rego.value.Kind.ARRAY.ordinal()) return false;
        frame.context.enter(this);
        boolean all =
            Members.each(
                over,
                (k, v) -> {
                  frame.context.step(this);
                  key.match(frame, k);
                  value.match(frame, v);
                  return body.holds(frame);
                });
        frame.context.leave();
        return all;
      }
    };
  }

  /** Calls of functions, with what stands in their places. */
  static final class Calls {
    /** Parts of arguments that a function may look at for one unit, besides what it pays itself. */
    private static final int ARGUMENT = 256;

    private Calls() {}

    static @Nullable Value call(Context context, Location at, Builtin builtin, Value[] arguments) {
      if (!context.functions.isEmpty()) {
        var other = context.functions.get(builtin.name());
        if (other != null) return replaced(context, at, builtin.name(), other, arguments);
      }
      return direct(context, at, builtin, arguments);
    }

    private static @Nullable Value direct(
        Context context, Location at, Builtin builtin, Value[] arguments) {
      try {
        var types = builtin.arguments();
        for (int i = 0; i < arguments.length; i++) {
          var type = types.get(i);
          if (!type.everything() && !type.allows(arguments[i].kind()))
            throw wrong(i, type, arguments[i]);
        }
        for (Value argument : arguments) context.spend(argument.weight() / ARGUMENT);
        Value result = builtin.body().call(context, arguments);
        return result == null ? null : context.made(result);
      } catch (HostFault e) {
        throw new Halt(RegoCode.REGO_HOST, at.toString(), builtin.name() + ": " + e.getMessage());
      } catch (BuiltinFault e) {
        if (!context.shared.strict) return null;
        var code = e.isOfOperand() ? RegoCode.REGO_OPERAND : RegoCode.REGO_BUILTIN;
        throw new Halt(code, at.toString(), builtin.name() + ": " + e.getMessage());
      }
    }

    private static BuiltinFault wrong(int index, Type type, Value argument) {
      return BuiltinFault.operand(
          "operand " + (index + 1) + " must be " + type + " but got " + argument.kind().word());
    }

    static @Nullable Value call(
        Context context, Location at, Document document, Value[] arguments) {
      if (!context.functions.isEmpty()) {
        var other = context.functions.get(document.name());
        if (other != null) return replaced(context, at, document.name(), other, arguments);
      }
      return document.call(context, arguments);
    }

    /** Within a function that stands in the place of another, all functions are themselves. */
    private static @Nullable Value replaced(
        Context context, Location at, String name, Replacement other, Value[] arguments) {
      return switch (other) {
        case Replacement.Fixed(Value value) -> value;
        case Replacement.Native(Builtin builtin) -> {
          if (builtin.arguments().size() != arguments.length) yield null;
          yield direct(context, at, builtin, arguments);
        }
        case Replacement.Rules(Document document) ->
            document.kind() == Document.Kind.FUNCTION
                ? document.call(context.unreplaced(), arguments)
                : document.value(context.function(name, null));
      };
    }
  }
}
