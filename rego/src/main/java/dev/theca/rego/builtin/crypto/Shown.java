package dev.theca.rego.builtin.crypto;

import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes objects as Go's {@code encoding/json} shows structures; what Go calls nil is null. */
final class Shown {
  private final Map<Value, Value> members = new HashMap<>();

  Shown with(String name, Value value) {
    members.put(Value.of(name), value);
    return this;
  }

  Shown with(String name, boolean value) {
    return with(name, Value.of(value));
  }

  Shown with(String name, long value) {
    return with(name, Value.of(value));
  }

  Shown with(String name, BigInteger value) {
    return with(name, NumberValue.of(value));
  }

  /** Bytes in base 64; null is null. */
  Shown with(String name, byte @Nullable [] value) {
    return with(name, value == null ? NullValue.NULL : Octets.shown(value));
  }

  /** Texts; none is null. */
  Shown with(String name, List<String> texts) {
    return with(name, list(texts, Value::of));
  }

  Shown missing(String... names) {
    for (String name : names) with(name, NullValue.NULL);
    return this;
  }

  /** All members of another. */
  Shown withAll(ObjectValue other) {
    members.putAll(other.members());
    return this;
  }

  ObjectValue value() {
    return ObjectValue.owning(members);
  }

  /** An array; null where there is nothing in it. */
  static <T> Value list(List<T> items, Function<T, Value> each) {
    return items.isEmpty() ? NullValue.NULL : ArrayValue.of(items.stream().map(each).toList());
  }

  /** The numbers of a dotted object identifier. */
  static Value oid(String dotted) {
    String[] arcs = dotted.split("\\.");
    Value[] numbers = new Value[arcs.length];
    for (int i = 0; i < arcs.length; i++) numbers[i] = NumberValue.parse(arcs[i]);
    return ArrayValue.owning(numbers);
  }
}
