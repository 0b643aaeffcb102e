package dev.theca.rego.builtin;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads schemas of drafts 4, 6 and 7, and of those that name no draft and may mix them. */
final class SchemaReader {
  private static final List<String> TYPES =
      List.of("array", "boolean", "integer", "number", "null", "object", "string");
  private static final String DRAFT = "http://json-schema.org/draft-0";
  private static final int MIXED = 100;

  private final Calling context;
  private final SchemaPool pool;
  private final Map<String, Schema> references = new HashMap<>();
  private final int draft;

  private SchemaReader(Calling context, Value document) throws BuiltinFault {
    this.context = context;
    this.draft = draft(document);
    this.pool = new SchemaPool(context, document);
  }

  static Schema read(Calling context, Value document) throws BuiltinFault {
    var reader = new SchemaReader(context, document);
    return reader.schema(reader.pool.root, 0);
  }

  private static int draft(Value document) throws BuiltinFault {
    if (document instanceof BoolValue) return MIXED;
    if (!(document instanceof ObjectValue object)) throw new BuiltinFault("schema is invalid");
    Value named = object.get("$schema");
    if (named == null) return MIXED;
    if (!(named instanceof TextValue(String url)))
      throw new BuiltinFault("$schema must be of type string");
    for (int draft : new int[] {4, 6, 7})
      if (url.equals(DRAFT + draft + "/schema#") || url.equals(DRAFT + draft + "/schema"))
        return draft;
    return MIXED;
  }

  private Schema schema(Value value, int depth) throws BuiltinFault {
    var schema = new Schema();
    fill(schema, value, depth);
    return schema;
  }

  private void fill(Schema schema, Value value, int depth) throws BuiltinFault {
    Nesting.check(2 * depth);
    context.spend(8);
    if (value instanceof BoolValue flag && draft >= 6) {
      schema.pass = flag.value();
      return;
    }
    if (!(value instanceof ObjectValue m))
      throw new BuiltinFault("Expected: schema, given: Invalid JSON");
    SchemaWords.text(m, draft == 4 || draft == MIXED && m.get("id") != null ? "id" : "$id");
    if (m.get("definitions") != null) definitions(m, depth);
    SchemaWords.text(m, "title");
    SchemaWords.text(m, "description");
    String reference = SchemaWords.text(m, "$ref");
    if (reference != null) {
      schema.reference = references.get(reference);
      if (schema.reference == null) {
        var target = new Schema();
        references.put(reference, target);
        fill(target, pool.at(reference), depth + 1);
        schema.reference = target;
        return;
      }
    }
    types(schema, m);
    members(schema, m, depth);
    items(schema, m, depth);
    numbers(schema, m);
    strings(schema, m);
    sizes(schema, m);
    if (m.get("contains") != null && draft >= 6) schema.contains = child(m, "contains", depth);
    values(schema, m);
    parts(schema, m, depth);
  }

  private void definitions(ObjectValue m, int depth) throws BuiltinFault {
    if (!(m.get("definitions") instanceof ObjectValue all))
      throw SchemaWords.type("array of schemas", "definitions");
    for (Value name : all.keys()) {
      Value one = Objects.requireNonNull(all.get(name));
      if (!SchemaWords.isSchema(one)) throw SchemaWords.type("array of schemas", "definitions");
      schema(one, depth + 1);
    }
  }

  private static void types(Schema schema, ObjectValue m) throws BuiltinFault {
    Value types = m.get("type");
    if (types == null) return;
    List<Value> all = types instanceof ArrayValue array ? array.items() : List.of(types);
    for (Value one : all) {
      if (!(one instanceof TextValue(String type)))
        throw SchemaWords.type("type", "string/array of strings");
      if (!TYPES.contains(type))
        throw new BuiltinFault(
            "has a primitive type that is NOT VALID -- given: /%s/ Expected valid values are:[%s]"
                .formatted(type, String.join(" ", TYPES)));
      if (schema.types.contains(type)) throw new BuiltinFault(type + " type is duplicated");
      schema.types.add(type);
    }
  }

  private void members(Schema schema, ObjectValue m, int depth) throws BuiltinFault {
    Value properties = m.get("properties");
    if (properties != null) {
      if (!(properties instanceof ObjectValue all))
        throw new BuiltinFault("properties must be of type object");
      for (Value name : all.keys())
        schema.properties.put(
            SchemaWords.name(name), schema(Objects.requireNonNull(all.get(name)), depth + 1));
    }
    if (m.get("additionalProperties") instanceof BoolValue flag)
      schema.moreProperties = flag.value();
    else schema.additionalProperties = object(m, "additionalProperties", depth);
    if (m.get("patternProperties") != null) patterns(schema, m, depth);
    if (m.get("propertyNames") != null && draft >= 6) {
      if (!SchemaWords.isSchema(m.get("propertyNames")))
        throw SchemaWords.type("schema", "patternProperties");
      schema.propertyNames = child(m, "propertyNames", depth);
    }
    if (m.get("dependencies") != null) dependencies(schema, m, depth);
  }

  private void patterns(Schema schema, ObjectValue m, int depth) throws BuiltinFault {
    if (!(m.get("patternProperties") instanceof ObjectValue all))
      throw SchemaWords.type("schema", "patternProperties");
    for (Value name : all.keys()) {
      String pattern = SchemaWords.name(name);
      try {
        schema.patterns.put(pattern, Regexes.compile(context, pattern));
      } catch (BuiltinFault e) {
        throw new BuiltinFault("Invalid regex pattern '" + pattern + "'");
      }
      schema.patternProperties.put(
          pattern, schema(Objects.requireNonNull(all.get(name)), depth + 1));
    }
  }

  private void dependencies(Schema schema, ObjectValue m, int depth) throws BuiltinFault {
    if (!(m.get("dependencies") instanceof ObjectValue all))
      throw new BuiltinFault("dependencies must be of type object");
    for (Value name : all.keys()) {
      Value one = Objects.requireNonNull(all.get(name));
      if (one instanceof ArrayValue names) {
        var needed = new ArrayList<String>();
        for (Value need : names) {
          if (!(need instanceof TextValue(String text))) throw dependency();
          needed.add(text);
        }
        schema.needs.put(SchemaWords.name(name), needed);
      } else if (SchemaWords.isSchema(one)) {
        schema.dependencies.put(SchemaWords.name(name), schema(one, depth + 1));
      } else {
        throw dependency();
      }
    }
  }

  private static BuiltinFault dependency() {
    return new BuiltinFault("dependency must be of type schema or array of strings");
  }

  private void items(Schema schema, ObjectValue m, int depth) throws BuiltinFault {
    Value items = m.get("items");
    if (items instanceof ArrayValue all) {
      for (Value one : all) {
        if (!SchemaWords.isSchema(one)) throw SchemaWords.type("schema/array of schemas", "items");
        schema.items.add(schema(one, depth + 1));
      }
    } else if (items != null) {
      if (!SchemaWords.isSchema(items)) throw SchemaWords.type("schema/array of schemas", "items");
      schema.everyItem = schema(items, depth + 1);
    }
    if (m.get("additionalItems") instanceof BoolValue flag) schema.moreItems = flag.value();
    else schema.additionalItems = object(m, "additionalItems", depth);
  }

  private void numbers(Schema schema, ObjectValue m) throws BuiltinFault {
    if (m.get("multipleOf") != null) {
      if (!(m.get("multipleOf") instanceof NumberValue of))
        throw SchemaWords.type("number", "multipleOf");
      if (of.decimal().signum() <= 0)
        throw new BuiltinFault("multipleOf must be strictly greater than 0");
      schema.multipleOf = of.decimal();
    }
    schema.minimum = bound(m, "minimum");
    if (exclusive(m, "exclusiveMinimum", "minimum")) {
      schema.exclusiveMinimum = edge(m, "exclusiveMinimum", schema.minimum);
      if (m.get("exclusiveMinimum") instanceof BoolValue) schema.minimum = null;
    }
    schema.maximum = bound(m, "maximum");
    if (exclusive(m, "exclusiveMaximum", "maximum")) {
      schema.exclusiveMaximum = edge(m, "exclusiveMaximum", schema.maximum);
      if (m.get("exclusiveMaximum") instanceof BoolValue) schema.maximum = null;
    }
  }

  private static @Nullable BigDecimal bound(ObjectValue m, String key) throws BuiltinFault {
    Value bound = m.get(key);
    if (bound == null) return null;
    if (bound instanceof NumberValue number) return number.decimal();
    throw new BuiltinFault(key + " must be of a number");
  }

  /**
   * A flag beside the bound in draft 4, a bound of its own later, either where drafts are mixed.
   */
  private boolean exclusive(ObjectValue m, String key, String bound) throws BuiltinFault {
    Value value = m.get(key);
    if (value == null) return false;
    if (value instanceof BoolValue flag && (draft == 4 || draft == MIXED)) {
      if (m.get(bound) == null) throw new BuiltinFault(key + " cannot be used without " + bound);
      return flag.value();
    }
    if (value instanceof NumberValue && draft != 4) return true;
    throw SchemaWords.type(
        draft == 4 ? "boolean" : draft == MIXED ? "boolean/number" : "number", key);
  }

  private static @Nullable BigDecimal edge(ObjectValue m, String key, @Nullable BigDecimal bound) {
    return m.get(key) instanceof NumberValue number ? number.decimal() : bound;
  }

  private void strings(Schema schema, ObjectValue m) throws BuiltinFault {
    schema.minLength = SchemaWords.count(m, "minLength");
    schema.maxLength = SchemaWords.count(m, "maxLength");
    SchemaWords.ordered(schema.minLength, "minLength", schema.maxLength, "maxLength");
    String pattern = SchemaWords.text(m, "pattern");
    if (pattern != null) {
      try {
        schema.pattern = Regexes.compile(context, pattern);
        schema.patternText = pattern;
      } catch (BuiltinFault e) {
        throw new BuiltinFault("pattern must be a valid regex");
      }
    }
    String format = SchemaWords.text(m, "format");
    if (format != null) schema.format = format;
  }

  private static void sizes(Schema schema, ObjectValue m) throws BuiltinFault {
    schema.minProperties = SchemaWords.count(m, "minProperties");
    schema.maxProperties = SchemaWords.count(m, "maxProperties");
    SchemaWords.ordered(
        schema.minProperties, "minProperties", schema.maxProperties, "maxProperties");
    for (Value one : SchemaWords.array(m, "required")) {
      if (!(one instanceof TextValue(String name))) throw SchemaWords.type("string", "required");
      if (!schema.required.add(name)) throw new BuiltinFault("required items must be unique");
    }
    schema.minItems = SchemaWords.count(m, "minItems");
    schema.maxItems = SchemaWords.count(m, "maxItems");
    Value unique = m.get("uniqueItems");
    if (unique instanceof BoolValue flag) schema.uniqueItems = flag.value();
    else if (unique != null) throw new BuiltinFault("uniqueItems must be of a boolean");
  }

  private void values(Schema schema, ObjectValue m) throws BuiltinFault {
    Value constant = m.get("const");
    if (constant != null && draft >= 6) schema.constant = JsonCanon.of(context, constant);
    if (m.get("enum") == null) return;
    var values = new ArrayList<String>();
    for (Value one : SchemaWords.array(m, "enum")) values.add(JsonCanon.of(context, one));
    if (new java.util.HashSet<>(values).size() < values.size())
      throw new BuiltinFault("enum items must be unique");
    schema.values = values;
  }

  private void parts(Schema schema, ObjectValue m, int depth) throws BuiltinFault {
    for (Value one : SchemaWords.array(m, "oneOf")) schema.oneOf.add(schema(one, depth + 1));
    for (Value one : SchemaWords.array(m, "anyOf")) schema.anyOf.add(schema(one, depth + 1));
    for (Value one : SchemaWords.array(m, "allOf")) schema.allOf.add(schema(one, depth + 1));
    schema.not = part(m, "not", depth);
    if (draft < 7) return;
    schema.condition = part(m, "if", depth);
    schema.then = part(m, "then", depth);
    schema.otherwise = part(m, "else", depth);
  }

  private @Nullable Schema part(ObjectValue m, String key, int depth) throws BuiltinFault {
    Value part = m.get(key);
    if (part == null) return null;
    if (SchemaWords.isSchema(part)) return schema(part, depth + 1);
    throw new BuiltinFault(key + " must be of an object");
  }

  private Schema child(ObjectValue m, String key, int depth) throws BuiltinFault {
    return schema(Objects.requireNonNull(m.get(key)), depth + 1);
  }

  /** A schema that is an object, null where there is none. */
  private @Nullable Schema object(ObjectValue m, String key, int depth) throws BuiltinFault {
    Value value = m.get(key);
    if (value == null) return null;
    if (value instanceof ObjectValue) return schema(value, depth + 1);
    throw SchemaWords.type("boolean/schema", key);
  }
}
