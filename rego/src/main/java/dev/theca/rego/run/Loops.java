package dev.theca.rego.run;

import dev.theca.rego.Location;
import dev.theca.rego.ast.Term;
import dev.theca.rego.spi.Builtin;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Conditions that may hold in several ways, and comprehensions. */
public final class Loops {
  private Loops() {}

  /** A step of a path: a term that has a value, or a pattern for the key. */
  public sealed interface Key {
    /** A value. */
    record Known(Operand operand) implements Key {}

    /** Any key that looks so. */
    record Open(Pattern pattern) implements Key {}
  }

  /** A path with open steps. */
  public static Step iterate(
      Location at, int origin, Source source, List<Key> keys, @Nullable Pattern pattern) {
    Key[] steps = keys.toArray(Key[]::new);
    boolean base = source instanceof Source.Base;
    return new Step.Each(at, origin) {
      @Override
      boolean each(Frame frame, Body.Rest rest) {
        Value value = source.get(frame);
        return value == null || walk(this, frame, value, steps, 0, base, pattern, rest);
      }
    };
  }

  private static boolean walk(
      Step step,
      Frame frame,
      Value value,
      Key[] keys,
      int from,
      boolean base,
      @Nullable Pattern pattern,
      Body.Rest rest) {
    Value here = value;
    for (int i = from; i < keys.length; i++) {
      switch (keys[i]) {
        case Key.Known(Operand operand) -> {
          Value wanted = operand.get(frame);
          Value next = base ? frame.context.below(here, wanted) : here.at(wanted);
          if (next == null) return true;
          here = next;
        }
        case Key.Open(Pattern key) -> {
          int behind = i + 1;
          return Members.each(
              here,
              (k, v) -> {
                frame.context.step(step);
                return !key.match(frame, k)
                    || walk(step, frame, v, keys, behind, base, pattern, rest);
              });
        }
      }
    }
    return !Tests.fits(pattern, frame, here) || rest.run(frame);
  }

  /** A path below {@code data} with open steps among packages and rules. */
  public static Step iterate(
      Location at, int origin, DataNode root, List<Key> keys, @Nullable Pattern pattern) {
    Key[] steps = keys.toArray(Key[]::new);
    return new Step.Each(at, origin) {
      @Override
      boolean each(Frame frame, Body.Rest rest) {
        return descend(this, frame, root, steps, 0, pattern, rest);
      }
    };
  }

  private static boolean descend(
      Step step,
      Frame frame,
      DataNode node,
      Key[] keys,
      int from,
      @Nullable Pattern pattern,
      Body.Rest rest) {
    Context context = frame.context;
    if (from == keys.length || node.document() != null || node.isReplaced(context)) {
      Value value = node.value(context);
      return value == null || walk(step, frame, value, keys, from, false, pattern, rest);
    }
    return switch (keys[from]) {
      case Key.Known(Operand operand) ->
          below(step, frame, node, operand.get(frame), keys, from, pattern, rest);
      case Key.Open(Pattern key) -> {
        for (Value each : node.keys(context)) {
          context.step(step);
          if (key.match(frame, each) && !below(step, frame, node, each, keys, from, pattern, rest))
            yield false;
        }
        yield true;
      }
    };
  }

  private static boolean below(
      Step step,
      Frame frame,
      DataNode node,
      Value key,
      Key[] keys,
      int from,
      @Nullable Pattern pattern,
      Body.Rest rest) {
    var child = node.child(key);
    if (child != null) return descend(step, frame, child, keys, from + 1, pattern, rest);
    Value base = node.baseBelow(frame.context, key);
    return base == null || walk(step, frame, base, keys, from + 1, true, pattern, rest);
  }

  /** A function whose every result is a way to hold. */
  public static Step relation(
      Location at, int origin, Builtin builtin, List<Operand> arguments, @Nullable Pattern result) {
    Operand[] operands = arguments.toArray(Operand[]::new);
    return new Step.Each(at, origin) {
      @Override
      boolean each(Frame frame, Body.Rest rest) {
        Value all = Tests.Calls.call(frame.context, at, builtin, Tests.values(operands, frame));
        if (!(all instanceof ArrayValue results)) return true;
        for (Value one : results) {
          frame.context.step(this);
          if (Tests.fits(result, frame, one) && !rest.run(frame)) return false;
        }
        return true;
      }
    };
  }

  /** What {@code with} puts in a place. */
  public sealed interface Put {
    /** Another input, or a part of it. */
    record Input(List<Operand> path, Operand value) implements Put {}

    /** Another document below data. */
    record Data(List<Operand> path, Operand value) implements Put {}

    /** Another function. */
    record Function(String name, Replacement other) implements Put {}

    /** A value for every call of a function. */
    record Result(String name, Operand value) implements Put {}
  }

  /** Conditions within {@code with}. */
  public static Step with(Location at, int origin, List<Put> puts, Body body) {
    return new Step.Each(at, origin) {
      @Override
      boolean each(Frame frame, Body.Rest rest) {
        Context outer = frame.context;
        Context inner = outer;
        for (Put put : puts) inner = replaced(frame, inner, put);
        Context within = inner;
        frame.context = within;
        boolean more =
            body.run(
                frame,
                f -> {
                  f.context = outer;
                  boolean on = rest.run(f);
                  f.context = within;
                  return on;
                });
        frame.context = outer;
        return more;
      }
    };
  }

  private static Context replaced(Frame frame, Context context, Put put) {
    return switch (put) {
      case Put.Input(List<Operand> path, Operand value) ->
          context.input(Context.put(context.input, values(path, frame), 0, value.get(frame)));
      case Put.Data(List<Operand> path, Operand value) ->
          context.data(values(path, frame), value.get(frame));
      case Put.Function(String name, Replacement other) -> context.function(name, other);
      case Put.Result(String name, Operand value) ->
          context.function(name, new Replacement.Fixed(value.get(frame)));
    };
  }

  private static List<Value> values(List<Operand> path, Frame frame) {
    var values = new ArrayList<Value>(path.size());
    for (Operand one : path) values.add(one.get(frame));
    return values;
  }

  /** A comprehension that looks like a pattern. */
  public static Step collect(
      Location at,
      int origin,
      Term.Kind kind,
      @Nullable Operand key,
      Operand value,
      Body body,
      Pattern pattern) {
    return new Step.Test(at, origin) {
      @Override
      boolean test(Frame frame) {
        frame.context.enter(this);
        Value made =
            switch (kind) {
              case ARRAY -> array(frame, value, body);
              case SET -> set(frame, value, body);
              case OBJECT ->
                  object(this, frame, java.util.Objects.requireNonNull(key), value, body);
            };
        frame.context.leave();
        return pattern.match(frame, made);
      }
    };
  }

  private static Value array(Frame frame, Operand value, Body body) {
    var items = new ArrayList<Value>();
    body.run(
        frame,
        f -> {
          f.context.spend(1);
          items.add(value.get(f));
          return true;
        });
    return frame.context.made(ArrayValue.of(items));
  }

  private static Value set(Frame frame, Operand value, Body body) {
    var elements = new HashSet<Value>();
    body.run(
        frame,
        f -> {
          if (elements.add(value.get(f))) f.context.spend(1);
          return true;
        });
    return frame.context.made(SetValue.owning(elements));
  }

  private static Value object(Step step, Frame frame, Operand key, Operand value, Body body) {
    var members = new HashMap<Value, Value>();
    body.run(
        frame,
        f -> {
          f.context.spend(1);
          Value member = value.get(f);
          Value before = members.putIfAbsent(key.get(f), member);
          if (before != null && !before.equals(member))
            throw new Halt(
                dev.theca.rego.RegoCode.REGO_CONFLICT,
                step.at.toString(),
                "object keys must be unique");
          return true;
        });
    return frame.context.made(ObjectValue.owning(members));
  }
}
