package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.spi.RegexEngine;
import dev.theca.rego.spi.YamlEngine;
import dev.theca.rego.value.Value;
import dev.theca.rego.value.Values;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** Calls a function by name as the engine does: number and kinds of the arguments are checked. */
final class Called {
  /** The present of these tests: 2021-09-29T12:34:56.789Z. */
  static final long NOW = 1_632_918_896_789_000_000L;

  private Called() {}

  /** The result in the language's form, or what the fault says. */
  static String shown(String name, Value... arguments) {
    try {
      return String.valueOf(call(new Context(1_000_000_000), name, arguments));
    } catch (BuiltinFault e) {
      return "fault: " + e.getMessage();
    }
  }

  static Value call(long now, String name, Value... arguments) throws BuiltinFault {
    var context = new Context(1_000_000_000);
    context.now = now;
    return call(context, name, arguments);
  }

  static Value json(String text) {
    return switch (Json.parse(text.getBytes(StandardCharsets.UTF_8))) {
      case Outcome.Granted<JsonValue> granted -> Values.of(granted.value());
      case Outcome.Refused<JsonValue> refused -> throw new AssertionError(refused.reasons());
    };
  }

  /** The result, null where it is undefined. */
  static Value call(String name, Value... args) throws BuiltinFault {
    return call(new Context(10_000_000), name, args);
  }

  static Value call(Calling context, String name, Value... args) throws BuiltinFault {
    Builtin builtin = Objects.requireNonNull(Builtins.byName().get(name), name);
    if (builtin.arguments().size() != args.length) throw new IllegalArgumentException("arity");
    for (int i = 0; i < args.length; i++)
      if (!builtin.arguments().get(i).allows(args[i].kind()))
        throw new BuiltinFault(
            "operand %d must be %s but got %s"
                .formatted(i + 1, builtin.arguments().get(i), args[i].kind().word()));
    return builtin.body().call(context, args);
  }

  /** The evaluation ended where its limits were reached. */
  static final class Exhausted extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** An evaluation with so much to spend. */
  static final class Context implements Calling {
    private final Map<Object, Object> made = new HashMap<>();
    private RegexEngine regex = RegexEngine.none();
    private long left;
    private long now = NOW;

    Context(long left) {
      this.left = left;
    }

    Context with(RegexEngine engine) {
      regex = engine;
      return this;
    }

    @Override
    public long nowNanos() {
      return now;
    }

    @Override
    public void spend(long units) {
      left -= units;
      if (left < 0) throw new Exhausted();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T once(Object key, Supplier<T> make) {
      return (T) made.computeIfAbsent(key, _ -> make.get());
    }

    @Override
    public RegexEngine regex() {
      return regex;
    }

    @Override
    public YamlEngine yaml() {
      return YamlEngine.none();
    }

    @Override
    public void print(String line) {}
  }
}
