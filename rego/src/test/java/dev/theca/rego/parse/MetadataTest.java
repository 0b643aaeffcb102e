package dev.theca.rego.parse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.ast.Annotation;
import dev.theca.rego.ast.Comment;
import dev.theca.rego.parse.PolicyParser.Syntax;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.YamlEngine;
import dev.theca.rego.value.Value;
import dev.theca.rego.value.Values;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Comments are kept, and metadata in them is read and attached. */
class MetadataTest {
  /** YAML that is JSON, which is YAML. */
  private static final YamlEngine JSON =
      new YamlEngine() {
        @Override
        public Value read(String text) throws BuiltinFault {
          return switch (Json.parse(text.getBytes(StandardCharsets.UTF_8))) {
            case Outcome.Granted<JsonValue>(var value) -> Values.of(value);
            case Outcome.Refused<JsonValue> _ ->
                throw new BuiltinFault("yaml: line 1: did not find expected key");
          };
        }

        @Override
        public String write(Value value) {
          return value.toString();
        }
      };

  private static Outcome<List<Annotation>> read(String text) {
    return Metadata.read(PolicyParser.module("a.rego", text, Syntax.V1).orThrow(), JSON);
  }

  private static String refusal(String text) {
    return switch (read(text)) {
      case Outcome.Granted<List<Annotation>> _ -> "";
      case Outcome.Refused<List<Annotation>>(var reasons) ->
          reasons.getFirst().what() + " " + reasons.getFirst().found();
    };
  }

  @Test
  void comments_stay_with_the_module_in_order_those_in_templates_too() {
    var module =
        PolicyParser.module(
                "a.rego", "# one\npackage a # two\np := $`{ # three\n 1 + 1}` #four", Syntax.V1)
            .orThrow();
    assertThat(module.comments())
        .extracting(Comment::text)
        .containsExactly(" one", " two", " three", "four");
    assertThat(module.comments()).extracting(c -> c.at().line()).containsExactly(1, 2, 3, 4);
    assertThat(module.comments().get(1).at().column()).isEqualTo(11);
  }

  @Test
  void a_block_is_of_what_stands_behind_it() {
    var found =
        read("""
                # METADATA
                # {"title": "all", "organizations": ["x", 1]}
                package a.b

                # METADATA
                # {"authors": ["Jo Doe <jo@example.com>", {"name": "Al"}], "custom": {"k": [1]}}
                p contains 1 if true
                # not part of it
                # METADATA
                # {"entrypoint": true,
                #  "related_resources": ["http://a", {"ref": "http://b", "description": "c"}],
                #  "schemas": [{"input.x": "schema.y"}, {"data.z": {"type": "string"}}]}
                q.r[x] := 1 if some x in [1]
                """)
            .orThrow();
    assertThat(found)
        .extracting(a -> a.scope() + " " + a.path() + " " + a.content())
        .containsExactly(
            "PACKAGE [\"a\", \"b\"] {\"organizations\": [\"x\", \"1\"], \"scope\": \"package\", \"title\": \"all\"}",
            "RULE [\"a\", \"b\", \"p\"] {\"authors\": [{\"email\": \"jo@example.com\", \"name\": \"Jo Doe\"}, {\"name\":"
                + " \"Al\"}], \"custom\": {\"k\": [1]}, \"scope\": \"rule\"}",
            "DOCUMENT [\"a\", \"b\", \"q\", \"r\"] {\"entrypoint\": true, \"related_resources\": [{\"ref\": \"http://a\"},"
                + " {\"description\": \"c\", \"ref\": \"http://b\"}], \"schemas\": [{\"path\": [\"input\", \"x\"],"
                + " \"schema\": [\"schema\", \"y\"]}, {\"definition\": {\"type\": \"string\"}, \"path\": [\"data\","
                + " \"z\"]}], \"scope\": \"document\"}");
    assertThat(found.get(1).at() + "").isEqualTo("a.rego:5:1");
    assertThat(found.get(1).rule()).isPresent();
    assertThat(found.getFirst().rule()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '§',
      value = {
        "{\"scope\": \"import\"}@a.rego:3:1 invalid annotation scope 'import'. Use one of 'rule', 'document', 'package', or 'subpackages'",
        "{\"scope\": \"package\"}@a.rego:3:1 annotation scope 'package' must be applied to package (have rule)",
        "{\"entrypoint\": true, \"scope\": \"rule\"}@a.rego:3:1 annotation entrypoint applied to non-document or package scope 'rule'",
        "{\"authors\": [\"\"]}@a.rego:3:1 invalid author definition : author is an empty string",
        "{\"authors\": [{}]}@a.rego:3:1 invalid author definition {}: 'name' and/or 'email' values required in object",
        "{\"related_resources\": [1]}@a.rego:3:1 invalid related-resource definition 1: invalid value type, must be string or map",
        "{\"schemas\": [{\"input\": \"data.x\"}]}@a.rego:3:1 invalid schema reference",
        "{\"schemas\": [{\"1\": \"schema\"}]}@a.rego:3:1 invalid document reference",
        "{@a.rego:4:1 yaml: line 1: did not find expected key",
      })
  void what_makes_no_sense_is_refused_where_it_stands(String block, String expected) {
    assertThat(refusal("package a\n\n# METADATA\n# " + block + "\np := 1\n")).isEqualTo(expected);
  }

  @Test
  void an_empty_block_and_one_before_nothing_are_refused() {
    assertThat(refusal("package a\n# METADATA\n\np := 1"))
        .isEqualTo("a.rego:2:1 expected METADATA block, found whitespace");
    assertThat(refusal("package a\n# METADATA\n# {\"scope\": \"rule\"}"))
        .isEqualTo("a.rego:2:1 annotation scope 'rule' must be applied to rule");
    assertThat(refusal("package a\n# METADATA\n# {\"title\": [1]}\np := 1"))
        .isEqualTo(
            "a.rego:3:1 yaml: unmarshal errors:\n  line 1: cannot unmarshal !!seq into string");
  }
}
