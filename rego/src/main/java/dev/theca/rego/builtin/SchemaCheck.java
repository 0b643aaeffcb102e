package dev.theca.rego.builtin;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;

/** Checks a value against a schema; says what does not fit in the words of gojsonschema. */
final class SchemaCheck {
  private static final String ROOT = "(root)";

  private final Calling context;
  private int depth;

  private SchemaCheck(Calling context) {
    this.context = context;
  }

  static SchemaFindings check(Calling context, Schema schema, Value value) throws BuiltinFault {
    return new SchemaCheck(context).check(schema, value, ROOT);
  }

  private SchemaFindings check(Schema schema, Value value, String field) throws BuiltinFault {
    var findings = new SchemaFindings();
    check(schema, value, field, findings);
    return findings;
  }

  private void check(Schema schema, Value value, String field, SchemaFindings out)
      throws BuiltinFault {
    context.spend(8);
    Nesting.check(2 * depth++);
    Schema at = schema;
    for (int steps = 0; at.pass == null && at.reference != null; steps++) {
      Nesting.check(steps);
      at = at.reference;
    }
    if (at.pass == null) checkHere(at, value, field, out);
    else if (!at.pass) out.add(field, "false", "False always fails validation");
    depth--;
  }

  private void checkHere(Schema schema, Value value, String field, SchemaFindings out)
      throws BuiltinFault {
    String given = type(value);
    boolean fits =
        schema.types.isEmpty()
            || schema.types.contains(given)
            || given.equals("integer") && schema.types.contains("number");
    if (!fits) {
      String expected =
          schema.types.size() > 1
              ? "[" + String.join(",", schema.types) + "]"
              : schema.types.getFirst();
      out.add(field, "invalid_type", "Invalid type. Expected: " + expected + ", given: " + given);
      return;
    }
    parts(schema, value, field, out);
    switch (value) {
      case NumberValue number ->
          SchemaScalars.number(context, schema, number.decimal(), field, out);
      case ArrayValue array -> array(schema, array, field, out);
      case ObjectValue object -> object(schema, object, field, out);
      case TextValue _, NullValue _, BoolValue _, SetValue _ -> {}
    }
    values(schema, value, field, out);
    if (value instanceof TextValue(String text))
      SchemaScalars.string(context, schema, text, field, out);
    if (value instanceof ObjectValue object)
      for (var property : schema.properties.entrySet()) {
        Value member = object.get(property.getKey());
        if (member != null) check(property.getValue(), member, in(field, property.getKey()), out);
      }
    out.better();
  }

  private static String type(Value value) {
    if (value instanceof NumberValue number) return number.isInteger() ? "integer" : "number";
    return value.kind().word();
  }

  private String in(String field, String name) {
    context.spend(field.length() + name.length());
    return field.equals(ROOT) ? name : field + "." + name;
  }

  private void parts(Schema schema, Value value, String field, SchemaFindings out)
      throws BuiltinFault {
    if (!schema.anyOf.isEmpty()) anyOf(schema.anyOf, value, field, out);
    if (!schema.oneOf.isEmpty()) oneOf(schema.oneOf, value, field, out);
    boolean all = true;
    for (Schema one : schema.allOf) {
      SchemaFindings found = check(one, value, field);
      all &= found.none();
      out.merge(found);
    }
    if (!all) out.add(field, "number_all_of", "Must validate all the schemas (allOf)");
    if (schema.not != null && check(schema.not, value, field).none())
      out.add(field, "number_not", "Must not validate the schema (not)");
    if (value instanceof ObjectValue object) dependencies(schema, object, field, out);
    if (schema.condition != null) condition(schema, schema.condition, value, field, out);
    out.better();
  }

  private void anyOf(List<Schema> schemas, Value value, String field, SchemaFindings out)
      throws BuiltinFault {
    SchemaFindings best = null;
    for (Schema one : schemas) {
      SchemaFindings found = check(one, value, field);
      if (found.none()) return;
      if (best == null || found.score() > best.score()) best = found;
    }
    out.add(field, "number_any_of", "Must validate at least one schema (anyOf)");
    if (best != null) out.merge(best);
  }

  private void oneOf(List<Schema> schemas, Value value, String field, SchemaFindings out)
      throws BuiltinFault {
    int valid = 0;
    SchemaFindings best = null;
    for (Schema one : schemas) {
      SchemaFindings found = check(one, value, field);
      if (found.none()) valid++;
      else if (valid == 0 && (best == null || found.score() > best.score())) best = found;
    }
    if (valid == 1) return;
    out.add(field, "number_one_of", "Must validate one and only one schema (oneOf)");
    if (valid == 0 && best != null) out.merge(best);
  }

  private void dependencies(Schema schema, ObjectValue object, String field, SchemaFindings out)
      throws BuiltinFault {
    for (var need : schema.needs.entrySet()) {
      if (object.get(need.getKey()) == null) continue;
      for (String name : need.getValue())
        if (object.get(name) == null)
          out.add(field, "missing_dependency", "Has a dependency on " + name);
    }
    for (var dependency : schema.dependencies.entrySet())
      if (object.get(dependency.getKey()) != null) check(dependency.getValue(), object, field, out);
  }

  private void condition(
      Schema schema, Schema condition, Value value, String field, SchemaFindings out)
      throws BuiltinFault {
    boolean holds = check(condition, value, field).none();
    Schema branch = holds ? schema.then : schema.otherwise;
    if (branch == null) return;
    SchemaFindings found = check(branch, value, field);
    if (found.none()) return;
    String word = holds ? "then" : "else";
    String why = holds ? "was valid" : "was not valid";
    out.add(field, "condition_" + word, "Must validate \"" + word + "\" as \"if\" " + why);
    out.merge(found);
  }

  private void values(Schema schema, Value value, String field, SchemaFindings out)
      throws BuiltinFault {
    if (schema.constant != null && !schema.constant.equals(JsonCanon.of(context, value)))
      out.add(field, "const", field + " does not match: " + schema.constant);
    List<String> values = schema.values;
    if (values != null) {
      context.spend(values.size());
      if (!values.contains(JsonCanon.of(context, value))) {
        String allowed = values.isEmpty() ? "(none)" : String.join(", ", values);
        context.spend(2L * allowed.length());
        out.add(field, "enum", field + " must be one of the following: " + allowed);
      }
    }
    if (value instanceof TextValue(String text)
        && !SchemaFormats.fits(context, schema.format, text))
      out.add(field, "format", "Does not match format '" + schema.format + "'");
    out.better();
  }

  private void array(Schema schema, ArrayValue array, String field, SchemaFindings out)
      throws BuiltinFault {
    for (int i = 0; i < array.size(); i++) {
      Schema one = schema.everyItem;
      if (one == null && !schema.items.isEmpty())
        one = i < schema.items.size() ? schema.items.get(i) : schema.additionalItems;
      if (one != null) out.merge(check(one, array.item(i), in(field, Integer.toString(i))));
    }
    boolean more = !schema.items.isEmpty() && schema.items.size() < array.size();
    if (more && Boolean.FALSE.equals(schema.moreItems))
      out.add(field, "array_no_additional_items", "No additional items allowed on array");
    if (schema.minItems != null && array.size() < schema.minItems)
      out.add(field, "array_min_items", "Array must have at least " + schema.minItems + " items");
    if (schema.maxItems != null && array.size() > schema.maxItems)
      out.add(field, "array_max_items", "Array must have at most " + schema.maxItems + " items");
    if (schema.uniqueItems) unique(array, field, out);
    if (schema.contains != null) contains(schema.contains, array, field, out);
    out.better();
  }

  private void unique(ArrayValue array, String field, SchemaFindings out) throws BuiltinFault {
    var seen = new HashMap<String, Integer>();
    for (int j = 0; j < array.size(); j++) {
      Integer i = seen.put(JsonCanon.of(context, array.item(j)), j);
      if (i != null) out.add(field, "unique", "array items[" + i + "," + j + "] must be unique");
    }
  }

  private void contains(Schema schema, ArrayValue array, String field, SchemaFindings out)
      throws BuiltinFault {
    SchemaFindings best = null;
    for (int i = 0; i < array.size(); i++) {
      SchemaFindings found = check(schema, array.item(i), in(field, Integer.toString(i)));
      if (found.none()) return;
      if (best == null || found.score() > best.score()) best = found;
    }
    out.add(field, "contains", "At least one of the items must match");
    if (best != null) out.merge(best);
  }

  private void object(Schema schema, ObjectValue object, String field, SchemaFindings out)
      throws BuiltinFault {
    if (schema.minProperties != null && object.size() < schema.minProperties)
      out.add(
          field,
          "array_min_properties",
          "Must have at least " + schema.minProperties + " properties");
    if (schema.maxProperties != null && object.size() > schema.maxProperties)
      out.add(
          field,
          "array_max_properties",
          "Must have at most " + schema.maxProperties + " properties");
    context.spend(schema.required.size());
    for (String name : schema.required) {
      if (object.get(name) != null) out.better();
      else out.add(field, "required", name + " is required");
    }
    for (Value key : object.keys())
      property(
          schema, ((TextValue) key).text(), Objects.requireNonNull(object.get(key)), field, out);
    if (schema.propertyNames != null)
      for (Value key : object.keys()) {
        SchemaFindings found = check(schema.propertyNames, key, field);
        if (found.none()) continue;
        String name = ((TextValue) key).text();
        out.add(field, "invalid_property_name", "Property name of \"" + name + "\" does not match");
        out.merge(found);
      }
    out.better();
  }

  /** A member that no property and no pattern names is an additional one. */
  private void property(Schema schema, String name, Value member, String field, SchemaFindings out)
      throws BuiltinFault {
    boolean named = schema.properties.containsKey(name);
    boolean matched = false;
    for (var pattern : schema.patternProperties.entrySet()) {
      var compiled = Objects.requireNonNull(schema.patterns.get(pattern.getKey()));
      if (!compiled.find(name, context::spend)) continue;
      matched = true;
      out.merge(check(pattern.getValue(), member, in(field, name)));
    }
    if (matched) out.better();
    if (named || matched) return;
    if (Boolean.FALSE.equals(schema.moreProperties))
      out.add(
          field,
          "additional_property_not_allowed",
          "Additional property " + name + " is not allowed");
    if (schema.additionalProperties != null)
      out.merge(check(schema.additionalProperties, member, in(field, name)));
  }
}
