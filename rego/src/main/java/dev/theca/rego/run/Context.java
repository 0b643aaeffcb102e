package dev.theca.rego.run;

import dev.theca.rego.spi.Calling;
import dev.theca.rego.spi.RegexEngine;
import dev.theca.rego.spi.YamlEngine;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One evaluation, or the part of it within a {@code with}. */
public final class Context implements Calling {
  /** Parts of values that are compared for one unit. */
  static final int LOOK = 64;

  final @Nullable Value input;
  final Value data;
  final @Nullable Object[] cache;
  final @Nullable Watch watch;
  final Shared shared;

  /** Paths below data that {@code with} replaced; {@link #data} holds what stands there now. */
  final List<List<Value>> replaced;

  /** Functions in the place of others, by name. */
  final Map<String, Replacement> functions;

  /** Results of functions that are dear. */
  final Map<Document.Call, Object> calls;

  /** What all contexts of an evaluation share. */
  static final class Shared {
    final Meter meter;
    final long nowNanos;
    final RegexEngine regex;
    final YamlEngine yaml;
    final boolean strict;
    final List<String> prints = new ArrayList<>();
    final Map<Object, Object> once = new HashMap<>();

    Shared(Meter meter, long nowNanos, RegexEngine regex, YamlEngine yaml, boolean strict) {
      this.meter = meter;
      this.nowNanos = nowNanos;
      this.regex = regex;
      this.yaml = yaml;
      this.strict = strict;
    }
  }

  private Context(
      Shared shared,
      @Nullable Value input,
      Value data,
      int documents,
      @Nullable Watch watch,
      List<List<Value>> replaced,
      Map<String, Replacement> functions) {
    this.shared = shared;
    this.input = input;
    this.data = data;
    this.cache = new Object[documents];
    this.calls = new HashMap<>(0);
    this.watch = watch;
    this.replaced = replaced;
    this.functions = functions;
  }

  /** Shares with another what is known. */
  private Context(Context other, Map<String, Replacement> functions) {
    this.shared = other.shared;
    this.input = other.input;
    this.data = other.data;
    this.cache = other.cache;
    this.calls = other.calls;
    this.watch = other.watch;
    this.replaced = other.replaced;
    this.functions = functions;
  }

  /** The outermost one. */
  static Context of(
      Shared shared, @Nullable Value input, Value data, int documents, @Nullable Watch watch) {
    return new Context(shared, input, data, documents, watch, List.of(), Map.of());
  }

  /** With another input. */
  Context input(Value value) {
    return new Context(shared, value, data, cache.length, watch, replaced, functions);
  }

  /** With another value at a path below data. */
  Context data(List<Value> path, Value value) {
    var paths = new ArrayList<>(replaced);
    paths.add(path);
    Value patched = put(data, path, 0, value);
    return new Context(shared, input, patched, cache.length, watch, paths, functions);
  }

  /** With another function, or none, in the place of one. */
  Context function(String name, @Nullable Replacement other) {
    var all = new HashMap<>(functions);
    if (other == null) all.remove(name);
    else all.put(name, other);
    return new Context(shared, input, data, cache.length, watch, replaced, all);
  }

  /**
   * With all functions as themselves. As in Open Policy Agent, documents that were made with
   * replaced functions stay as they are, and those that are made now are known outside, too.
   */
  Context unreplaced() {
    return functions.isEmpty() ? this : new Context(this, Map.of());
  }

  /** The value with another at a path; objects are made where there are none. */
  static Value put(@Nullable Value into, List<Value> path, int from, Value value) {
    if (from == path.size()) return value;
    var members = new HashMap<Value, Value>();
    if (into instanceof ObjectValue object) members.putAll(object.members());
    members.put(path.get(from), put(members.get(path.get(from)), path, from + 1, value));
    return ObjectValue.owning(members);
  }

  /** Whether a document at this path is what {@code with} put there. */
  boolean isReplaced(List<Value> path) {
    for (var one : replaced)
      if (one.size() <= path.size() && path.subList(0, one.size()).equals(one)) return true;
    return false;
  }

  /** The base document at a path. */
  @Nullable Value base(List<Value> path) {
    Value value = data;
    for (Value key : path) {
      value = below(value, key);
      if (value == null) return null;
    }
    return value;
  }

  /**
   * What lies below a base document. Open Policy Agent reads it by a path of texts: a number is the
   * text of its literal, and a text that is an integer is a place in an array. What {@code with}
   * replaced is no base document any more.
   */
  @Nullable Value below(Value here, Value key) {
    Value found = here.at(key);
    if (found != null || !replaced.isEmpty()) return found;
    return switch (here) {
      case ObjectValue object when key instanceof NumberValue number ->
          object.get(new TextValue(number.literal()));
      case ArrayValue array when key instanceof TextValue text -> array.get(place(text.text()));
      default -> null;
    };
  }

  private static Value place(String text) {
    return text.matches("[+-]?[0-9]{1,18}") ? Value.of(Long.parseLong(text)) : Value.of(-1);
  }

  void step(Step step) {
    shared.meter.step(step);
  }

  void enter(Step step) {
    shared.meter.enter(step.at);
  }

  /** The value, unless it is too large. */
  Value made(Value value) {
    shared.meter.made(value);
    return value;
  }

  /** Whether they are equal, which is paid for when both are large. */
  boolean same(Value a, Value b) {
    pay(a, b);
    return a.equals(b);
  }

  /** For a look at both. */
  void pay(Value a, Value b) {
    if (a.kind() == b.kind()) spend(Math.min(a.weight(), b.weight()) / LOOK);
  }

  void leave() {
    shared.meter.leave();
  }

  @Override
  public void spend(long units) {
    shared.meter.spend(units);
  }

  @Override
  public long nowNanos() {
    return shared.nowNanos;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> T once(Object key, Supplier<T> make) {
    var known = shared.once.get(key);
    if (known == null) {
      known = make.get();
      shared.once.put(key, known);
    }
    return (T) known;
  }

  @Override
  public RegexEngine regex() {
    return shared.regex;
  }

  @Override
  public YamlEngine yaml() {
    return shared.yaml;
  }

  @Override
  public void print(String line) {
    spend(line.length());
    shared.prints.add(line);
  }
}
