package dev.theca.rego.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonSchemaTest {
  private static Called.Context context() {
    return new Called.Context(1_000_000).with(new JdkRegexEngine());
  }

  private static String found(Value document, Value schema) throws Exception {
    var result = (ArrayValue) Called.call(context(), "json.match_schema", document, schema);
    var errors = new StringJoiner("; ");
    for (Value error : (ArrayValue) result.item(1))
      errors.add(((TextValue) ((ObjectValue) error).get("error")).text());
    assertThat(result.item(0)).isEqualTo(Value.of(errors.length() == 0));
    return errors.length() == 0 ? "fits" : errors.toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"id": 5} | {"properties": {"id": {"type": "integer"}}, "required": ["id"]} | fits
          {"id": 5.0} | {"properties": {"id": {"type": "integer"}}} | fits
          {"id": "x"} | {"properties": {"id": {"type": "integer"}}} | id: Invalid type. Expected: integer, given: string
          {} | {"required": ["a", "b"]} | (root): a is required; (root): b is required
          [1.5, null] | {"items": {"type": ["integer", "null"]}} | 0: Invalid type. Expected: [integer,null], given: number
          [1, "a", true] | {"items": [{"type": "integer"}, {}], "additionalItems": false} | (root): No additional items allowed on array
          [1, 1.0] | {"uniqueItems": true} | (root): array items[0,1] must be unique
          [1, 2] | {"minItems": 3} | (root): Array must have at least 3 items
          [1, 2] | {"maxItems": 1} | (root): Array must have at most 1 items
          [1, 2] | {"contains": {"const": 3}} | (root): At least one of the items must match; 0: 0 does not match: 3
          {"a": 1, "b": 2} | {"properties": {"a": {}}, "additionalProperties": false} | (root): Additional property b is not allowed
          {"a": 1, "b1": "x"} | {"patternProperties": {"^b": {"type": "integer"}}, "additionalProperties": {"type": "string"}} | a: Invalid type. Expected: string, given: integer; b1: Invalid type. Expected: integer, given: string
          {"a": {"b": [{"c": 1}]}} | {"properties": {"a": {"properties": {"b": {"items": {"properties": {"c": {"minimum": 2}}}}}}}} | a.b.0.c: Must be greater than or equal to 2
          {"v": 10} | {"properties": {"v": {"exclusiveMaximum": 10}}} | v: Must be less than 10
          {"v": 10} | {"properties": {"v": {"maximum": 10, "exclusiveMaximum": true}}} | v: Must be less than 10
          {"v": 0.3} | {"properties": {"v": {"multipleOf": 0.1}}} | fits
          {"v": 0.35} | {"properties": {"v": {"multipleOf": 0.1}}} | v: Must be a multiple of 0.1
          {"v": 5} | {"properties": {"v": {"minimum": 1000000}}} | v: Must be greater than or equal to 1e+06
          {"s": "é"} | {"properties": {"s": {"minLength": 2}}} | s: String length must be greater than or equal to 2
          {"s": "abc"} | {"properties": {"s": {"maxLength": 2, "pattern": "^b"}}} | s: String length must be less than or equal to 2; s: Does not match pattern '^b'
          {"s": "c"} | {"properties": {"s": {"enum": ["a", 1.0]}}} | s: s must be one of the following: "a", 1
          {"s": "c"} | {"enum": []} | (root): (root) must be one of the following: (none)
          {"s": 1} | {"properties": {"s": {"const": 1.0}}} | fits
          {"s": 1} | {"properties": {"s": {"anyOf": [{"type": "string"}, {"minimum": 5}]}}} | s: Must validate at least one schema (anyOf); s: Must be greater than or equal to 5
          {"s": 7} | {"properties": {"s": {"oneOf": [{"minimum": 1}, {"minimum": 5}]}}} | s: Must validate one and only one schema (oneOf)
          {"s": 7} | {"properties": {"s": {"allOf": [{"minimum": 1}, {"maximum": 5}]}}} | s: Must be less than or equal to 5; s: Must validate all the schemas (allOf)
          {"s": 7} | {"properties": {"s": {"not": {"type": "integer"}}}} | s: Must not validate the schema (not)
          {"a": 1} | {"dependencies": {"a": ["b"]}} | (root): Has a dependency on b
          {"a": 1} | {"dependencies": {"a": {"required": ["c"]}}} | (root): c is required
          {"a": 1} | {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": false} | (root): Must validate "then" as "if" was valid; (root): b is required
          {"x": 1} | {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": false} | (root): Must validate "else" as "if" was not valid; (root): False always fails validation
          {"ab": 1} | {"propertyNames": {"maxLength": 1}} | (root): Property name of "ab" does not match; (root): String length must be less than or equal to 1
          {"a": 1} | {"minProperties": 2} | (root): Must have at least 2 properties
          {"a": 1} | {"maxProperties": 0} | (root): Must have at most 0 properties
          {"a": {"a": {"a": 1}}} | {"properties": {"a": {"$ref": "#"}}, "type": "object"} | a.a.a: Invalid type. Expected: object, given: integer
          {"a": "x"} | {"definitions": {"n/m": {"type": "number"}}, "properties": {"a": {"$ref": "#/definitions/n~1m"}}} | a: Invalid type. Expected: number, given: string
          {"a": "x"} | {"$id": "http://x/y.json", "definitions": {"n": {"$id": "n.json", "type": "number"}}, "properties": {"a": {"$ref": "n.json"}}} | a: Invalid type. Expected: number, given: string
          {"a": "x"} | {"properties": {"a": {"type": "string", "const": "y"}}, "$schema": "http://json-schema.org/draft-04/schema#"} | fits
          """)
  void what_does_not_fit_is_named_as_open_policy_agent_names_it(
      String document, String schema, String expected) throws Exception {
    assertThat(found(Value.of(document), Value.of(schema))).isEqualTo(expected);
  }

  @Test
  void values_are_documents_and_schemas_as_well_as_texts_are() throws Exception {
    Value document = Written.value("{'a': {1, 2}}");
    assertThat(found(document, Written.value("{'properties': {'a': {'type': 'array'}}}")))
        .isEqualTo("fits");
    assertThat(Called.call("json.match_schema", document, Written.value("{'required': ['b']}")))
        .isEqualTo(
            Written.value(
                "[false, [{'error': '(root): b is required', 'type': 'required', 'field': '(root)',"
                    + " 'desc': 'b is required'}]]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {} | null
          true | null
          {"type": "unknown"} | has a primitive type that is NOT VALID -- given: /unknown/ Expected valid values are:[array boolean integer number null object string]
          {"type": ["string", "string"]} | string type is duplicated
          [] | schema is invalid
          { | invalid JSON string
          {"properties": 1} | properties must be of type object
          {"properties": {"a": 1}} | Expected: schema, given: Invalid JSON
          {"minLength": -1} | minLength must be greater than or equal to 0
          {"minLength": 1.5} | minLength must be of an integer
          {"minLength": 3, "maxLength": 2} | minLength cannot be greater than maxLength
          {"multipleOf": 0} | multipleOf must be strictly greater than 0
          {"pattern": "("} | pattern must be a valid regex
          {"patternProperties": {"(": {}}} | Invalid regex pattern '('
          {"enum": [1, 1.0]} | enum items must be unique
          {"required": ["a", "a"]} | required items must be unique
          {"anyOf": {}} | anyOf must be of an array
          {"exclusiveMinimum": true} | exclusiveMinimum cannot be used without minimum
          {"$ref": "#/definitions/x"} | Object has no key 'definitions'
          {"$ref": "http://elsewhere/x.json"} | Reference http://elsewhere/x.json must be canonical and in this document
          {"title": 1} | Invalid type. Expected: string, given: title
          {"not": 1} | not must be of an object
          """)
  void a_schema_that_makes_no_sense_is_told_so(String schema, String error) throws Exception {
    Value expected =
        error.equals("null")
            ? Written.value("[true, null]")
            : ArrayValue.owning(Value.of(false), Value.of("jsonschema: " + error));
    assertThat(Called.call(context(), "json.verify_schema", Value.of(schema))).isEqualTo(expected);
    if (!error.equals("null"))
      assertThatThrownBy(
              () -> Called.call(context(), "json.match_schema", Value.of("{}"), Value.of(schema)))
          .hasMessage(error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          date | 2024-02-29 | 2023-02-29
          time | 1:02:03.5+02:00 | 25:00:00
          date-time | 2024-01-01T10:00:00Z | 2024-01-01T10:00:00
          date-time | 2024-01-01 | yesterday
          hostname | a-b.example | -a.example
          email | a.b@example.org | a@b@
          email | "A, B" <a@b> | a b@c
          ipv4 | 1.2.3.4 | 1.2.3
          ipv6 | ::1 | 1.2.3.4
          uri | http://a/b%20c?d#e | /a/b
          uri | mailto:x@y | http://a%zz
          uri-reference | a/b | a\\b
          uri-template | http://a/{b}/c | http://a/{b
          uuid | 01234567-89ab-cdef-0123-456789ABCDEF | 01234567
          regex | a+ | (
          json-pointer | /a/~0/~1 | a
          relative-json-pointer | 1/a | /a
          """)
  void a_format_fits_some_texts_and_not_others(String format, String good, String bad)
      throws Exception {
    Value schema = Written.value("{'items': {'format': '" + format + "'}}");
    assertThat(found(ArrayValue.owning(Value.of(good), Value.of(1)), schema)).isEqualTo("fits");
    assertThat(found(ArrayValue.owning(Value.of(bad)), schema))
        .isEqualTo("0: Does not match format '" + format + "'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"$ref": "#"}
          {"definitions": {"a": {"$ref": "#/definitions/b"}, "b": {"$ref": "#/definitions/a"}}, "$ref": "#/definitions/a"}
          {"allOf": [{"$ref": "#"}]}
          """)
  void a_schema_that_only_leads_to_itself_is_a_fault_and_no_overflow(String schema) {
    assertThatThrownBy(
            () -> Called.call(context(), "json.match_schema", Value.of("1"), Value.of(schema)))
        .hasMessageContaining("nested deeper");
  }

  @Test
  void a_schema_that_branches_without_end_is_paid_for() {
    Value schema =
        Value.of(
            "{\"properties\": {\"a\": {\"anyOf\": [{\"$ref\": \"#\"}, {\"$ref\": \"#\"}, false]}},"
                + " \"required\": [\"b\"]}");
    String document = "{\"a\": ".repeat(60) + "1" + "}".repeat(60);
    assertThatThrownBy(
            () -> Called.call(context(), "json.match_schema", Value.of(document), schema))
        .isInstanceOf(Called.Exhausted.class);
  }
}
