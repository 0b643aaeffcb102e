package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code json.verify_schema} and {@code json.match_schema}: drafts 4, 6 and 7 without references to
 * other documents. A schema is read once in an evaluation.
 */
final class JsonSchema {
  private JsonSchema() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("json.verify_schema", "any -> array", JsonSchema::verify),
        Builtin.of("json.match_schema", "any, any -> array", JsonSchema::match));
  }

  private record Key(Value schema) {}

  private record Compiled(@Nullable Schema schema, String fault) {}

  /** Filled after it was made: reading a schema keeps things of its own. */
  private static final class Slot {
    @Nullable Compiled compiled;
  }

  private static Value verify(Calling context, Value[] a) {
    var compiled = compiled(context, a[0]);
    return compiled.schema() != null
        ? ArrayValue.owning(BoolValue.TRUE, NullValue.NULL)
        : ArrayValue.owning(BoolValue.FALSE, Value.of("jsonschema: " + compiled.fault()));
  }

  private static Value match(Calling context, Value[] a) throws BuiltinFault {
    Value document = document(context, a[0]);
    var compiled = compiled(context, a[1]);
    Schema schema = compiled.schema();
    if (schema == null) throw new BuiltinFault(compiled.fault());
    SchemaFindings found = SchemaCheck.check(context, schema, document);
    return ArrayValue.owning(Value.of(found.none()), ArrayValue.of(found.errors()));
  }

  private static Compiled compiled(Calling context, Value schema) {
    Slot slot = context.once(new Key(schema), Slot::new);
    Compiled known = slot.compiled;
    Compiled compiled = known != null ? known : compile(context, schema);
    slot.compiled = compiled;
    return compiled;
  }

  private static Compiled compile(Calling context, Value schema) {
    try {
      return new Compiled(SchemaReader.read(context, document(context, schema)), "");
    } catch (BuiltinFault e) {
      return new Compiled(null, String.valueOf(e.getMessage()));
    }
  }

  /** A string is JSON text, an object or array is what it says. */
  private static Value document(Calling context, Value value) throws BuiltinFault {
    if (value instanceof ObjectValue || value instanceof ArrayValue)
      return JsonShape.of(context, value);
    if (!(value instanceof TextValue(String text)))
      throw new BuiltinFault("wrong type, expected string or object");
    try {
      return JsonReader.read(context, text);
    } catch (BuiltinFault e) {
      throw new BuiltinFault("invalid JSON string");
    }
  }
}
