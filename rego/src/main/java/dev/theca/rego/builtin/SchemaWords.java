package dev.theca.rego.builtin;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The members of a schema by their kind, and what is said where the kind is another. */
final class SchemaWords {
  private SchemaWords() {}

  static boolean isSchema(@Nullable Value value) {
    return value instanceof ObjectValue || value instanceof BoolValue;
  }

  static String name(Value key) {
    return ((TextValue) key).text();
  }

  static @Nullable String text(ObjectValue m, String key) throws BuiltinFault {
    Value value = m.get(key);
    if (value == null) return null;
    if (value instanceof TextValue(String text)) return text;
    throw type("string", key);
  }

  static List<Value> array(ObjectValue m, String key) throws BuiltinFault {
    Value value = m.get(key);
    if (value == null) return List.of();
    if (value instanceof ArrayValue array) return array.items();
    throw new BuiltinFault(key + " must be of an array");
  }

  static @Nullable Long count(ObjectValue m, String key) throws BuiltinFault {
    Value value = m.get(key);
    if (value == null) return null;
    try {
      if (!(value instanceof NumberValue)) throw new BuiltinFault("");
      long count = Wrong.integer(value, 1);
      if (count >= 0) return count;
    } catch (BuiltinFault e) {
      throw new BuiltinFault(key + " must be of an integer");
    }
    throw new BuiltinFault(key + " must be greater than or equal to 0");
  }

  static void ordered(@Nullable Long low, String lowKey, @Nullable Long high, String highKey)
      throws BuiltinFault {
    if (low != null && high != null && low > high)
      throw new BuiltinFault(lowKey + " cannot be greater than " + highKey);
  }

  static BuiltinFault type(String expected, String given) {
    return new BuiltinFault("Invalid type. Expected: " + expected + ", given: " + given);
  }
}
