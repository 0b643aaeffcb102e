package dev.theca.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code theca policy eval} loads, evaluates and prints as opa does. */
class EvalCommandTest {
  @TempDir Path place;

  @BeforeEach
  void files() throws IOException {
    file(
        "policy.rego",
        """
        package app

        default allow := false

        allow if input.user == data.users[_].name
        tags := {"b", "a<"}
        broken := hex.decode("0")
        """);
    file("users.json", "{\"users\": [{\"name\": \"jo\"}]}");
    file("tree/a/b/one.json", "{\"x\": 1}");
    file("tree/a/readme.txt", "no data");
    file("tree/root.json", "{\"r\": null}");
    file("input.json", "{\"user\": \"jo\"}");
  }

  private String file(String name, String text) throws IOException {
    Path file = place.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text) + "";
  }

  private String at(String name) {
    return place.resolve(name) + "";
  }

  @Test
  void the_result_is_the_json_of_opa() {
    var ran =
        Ran.policy(
            "eval",
            "-d",
            at("policy.rego"),
            "-d",
            at("users.json"),
            "-i",
            at("input.json"),
            "x := data.app.allow; data.app.tags");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out())
        .isEqualTo(
            """
            {
              "result": [
                {
                  "expressions": [
                    {
                      "value": true,
                      "text": "x := data.app.allow",
                      "location": {
                        "row": 1,
                        "col": 1
                      }
                    },
                    {
                      "value": [
                        "a\\u003c",
                        "b"
                      ],
                      "text": "data.app.tags",
                      "location": {
                        "row": 1,
                        "col": 22
                      }
                    }
                  ],
                  "bindings": {
                    "x": true
                  }
                }
              ]
            }
            """);
    assertThat(ran.exitCode()).isZero();
  }

  @Test
  void undefined_is_an_empty_object_and_a_failure_only_when_asked() {
    assertThat(Ran.policy("eval", "input.x")).isEqualTo(new Ran(0, "{}\n", ""));
    assertThat(Ran.policy("eval", "--fail", "input.x")).isEqualTo(new Ran(1, "{}\n", ""));
    assertThat(Ran.policy("eval", "--fail-defined", "-f", "raw", "1"))
        .isEqualTo(new Ran(1, "1\n", ""));
    assertThat(Ran.policy("eval", "-f", "pretty", "input.x"))
        .isEqualTo(new Ran(0, "undefined\n", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '§',
      value = {
        "pretty@{\"a\": [1, {}], \"b\": []}@{\\n  \"a\": [\\n    1,\\n    {}\\n  ],\\n  \"b\": []\\n}\\n",
        "pretty@1 == 1; 2 == 2@true\\n",
        "pretty@some x in [1, 22]; y := \"a\"@┌────┬─────┐\\n│ x  │  y  │\\n├────┼─────┤\\n│ 1  │ \"a\" │\\n│ 22 │ \"a\" │\\n└────┴─────┘\\n",
        "values@x := 1; 2@[\\n  true,\\n  2\\n]\\n",
        "bindings@x := 1; y := [x]@{\\n  \"x\": 1,\\n  \"y\": [\\n    1\\n  ]\\n}\\n",
        "raw@\"a b\"; {\"k\": 1}@a b {\"k\":1}\\n",
        "discard@1@{\\n  \"result\": \"discarded\"\\n}\\n",
      })
  void every_format_has_its_form(String format, String query, String expected) {
    assertThat(Ran.policy("eval", "-f", format, query))
        .isEqualTo(new Ran(0, expected.replace("\\n", "\n"), ""));
  }

  @Test
  void folders_below_the_named_one_are_parts_of_the_path() {
    var ran =
        Ran.policy("eval", "-f", "raw", "-d", at("tree"), "-d", "p.q:" + at("users.json"), "data");
    assertThat(ran.out())
        .isEqualTo(
            "{\"a\":{\"b\":{\"x\":1}},\"p\":{\"q\":{\"users\":[{\"name\":\"jo\"}]}},\"r\":null}\n");
  }

  @Test
  void documents_that_disagree_are_errors() throws IOException {
    file("other.json", "{\"users\": 1}");
    var ran = Ran.policy("eval", "-d", at("users.json"), "-d", at("other.json"), "data");
    assertThat(ran)
        .isEqualTo(
            new Ran(
                2,
                """
                {
                  "errors": [
                    {
                      "message": "%s: merge error"
                    }
                  ]
                }
                """
                    .formatted(at("other.json")),
                ""));
    file("list.json", "[1]");
    assertThat(Ran.policy("eval", "-f", "pretty", "-d", at("list.json"), "data").err())
        .isEqualTo("1 error occurred: " + at("list.json") + ": document must be of type object\n");
    assertThat(Ran.policy("eval", "-f", "pretty", "-d", at("none.json"), "data").err())
        .isEqualTo("1 error occurred: stat " + at("none.json") + ": no such file or directory\n");
  }

  @Test
  void errors_of_the_query_have_no_file() {
    var ran = Ran.policy("eval", "x > 1");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out())
        .startsWith("{\n  \"errors\": [\n    {\n      \"message\": \"")
        .contains("\"code\": \"rego_unsafe_var_error\"")
        .contains("\"location\": {\n        \"file\": \"\",\n        \"row\": 1,");
    assertThat(Ran.policy("eval", "-f", "pretty", "\t1 ==").err())
        .startsWith("1 error occurred: 1:6: rego_parse_error: ")
        .endsWith("\n\t1 ==\n\t    ^\n");
  }

  @Test
  void errors_of_functions_are_undefined_unless_asked_for() {
    var loose = Ran.policy("eval", "-f", "pretty", "-d", at("policy.rego"), "data.app.broken");
    assertThat(loose).isEqualTo(new Ran(0, "undefined\n", ""));
    var strict =
        Ran.policy(
            "eval",
            "--strict-builtin-errors",
            "-f",
            "pretty",
            "-d",
            at("policy.rego"),
            "data.app.broken");
    assertThat(strict.exitCode()).isEqualTo(2);
    assertThat(strict.err())
        .isEqualTo(
            "1 error occurred: "
                + at("policy.rego")
                + ":7: eval_builtin_error: hex.decode: encoding/hex: odd length hex string\n");
  }

  @Test
  void queries_and_inputs_come_on_standard_input_too() {
    assertThat(Ran.policyWith("[1, 2][1]", "eval", "--stdin", "-f", "raw").out()).isEqualTo("2\n");
    assertThat(Ran.policyWith("{\"a\": 3}", "eval", "-I", "-f", "raw", "input.a").out())
        .isEqualTo("3\n");
    assertThat(Ran.policyWith("{", "eval", "-I", "input.a").err())
        .startsWith("unable to parse input: ");
    assertThat(Ran.policy("eval")).isEqualTo(new Ran(1, "", "specify query argument or --stdin\n"));
    assertThat(Ran.policy("eval", "--stdin", "1").err())
        .isEqualTo("specify query argument or --stdin but not both\n");
  }

  @Test
  void a_query_may_stand_in_a_package_and_have_imports() {
    assertThat(
            Ran.policy("eval", "-f", "raw", "-d", at("policy.rego"), "--package", "app", "tags")
                .out())
        .isEqualTo("[\"a\\u003c\",\"b\"]\n");
    assertThat(
            Ran.policy(
                    "eval",
                    "-f",
                    "raw",
                    "-d",
                    at("users.json"),
                    "--import",
                    "data.users as u",
                    "u[0].name")
                .out())
        .isEqualTo("jo\n");
  }

  @Test
  void the_older_syntax_is_read_when_asked_for() throws IOException {
    String old = file("old.rego", "package old\np[x] { x := 1 }\n");
    assertThat(Ran.policy("eval", "-d", old, "data.old.p").exitCode()).isEqualTo(2);
    assertThat(Ran.policy("eval", "-f", "raw", "--v0-compatible", "-d", old, "data.old.p").out())
        .isEqualTo("[1]\n");
  }
}
