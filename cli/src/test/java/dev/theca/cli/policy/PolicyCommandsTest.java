package dev.theca.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code theca policy fmt}, {@code check} and {@code test} as a user runs them. */
class PolicyCommandsTest {
  private static final String GOOD = "package a\n\np if input.x\n";
  private static final String UGLY = "package a\np   if   input.x\n";
  private static final String LINE = "-".repeat(80) + "\n";

  @TempDir Path place;

  private String file(String name, String text) throws IOException {
    return Files.writeString(place.resolve(name), text) + "";
  }

  @Test
  void fmt_prints_lists_writes_and_fails() throws IOException {
    String good = file("good.rego", GOOD);
    String ugly = file("ugly.rego", UGLY);
    file("other.txt", UGLY);
    assertThat(Ran.policy("fmt", ugly)).isEqualTo(new Ran(0, GOOD, ""));
    assertThat(Ran.policyWith(UGLY, "fmt")).isEqualTo(new Ran(0, GOOD, ""));
    assertThat(Ran.policy("fmt", "-l", place + "")).isEqualTo(new Ran(0, ugly + "\n", ""));
    assertThat(Ran.policy("fmt", "-l", "--fail", good)).isEqualTo(new Ran(0, "", ""));
    assertThat(Ran.policy("fmt", "-l", "--fail", ugly))
        .isEqualTo(new Ran(2, ugly + "\n", "unexpected diff\n"));
    assertThat(Ran.policy("fmt", "--fail", ugly)).isEqualTo(new Ran(2, "", "unexpected diff\n"));
    assertThat(Ran.policy("fmt", "-d", ugly).out())
        .isEqualTo("@@ -2 +2 @@\n-p   if   input.x\n+\n+p if input.x\n");
    assertThat(Ran.policy("fmt", "-w", place + "")).isEqualTo(new Ran(0, "", ""));
    assertThat(Files.readString(Path.of(ugly))).isEqualTo(GOOD);
  }

  @Test
  void fmt_refuses_what_is_no_policy() throws IOException {
    String bad = file("bad.rego", "package a\n\np := \n");
    var ran = Ran.policy("fmt", bad);
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err())
        .startsWith("failed to format Rego source file: 1 error occurred: " + bad + ":")
        .contains("rego_parse_error");
    assertThat(Ran.policy("fmt", place.resolve("none") + "").exitCode()).isEqualTo(1);
  }

  @Test
  void fmt_keeps_or_turns_the_older_syntax() throws IOException {
    String old = file("old.rego", "package a\n\np[x] { x := 1 }\n");
    assertThat(Ran.policy("fmt", old).exitCode()).isEqualTo(2);
    assertThat(Ran.policy("fmt", "--v0-compatible", old).out())
        .isEqualTo("package a\n\np[x] {\n\tx := 1\n}\n");
    assertThat(Ran.policy("fmt", "--rego-v1", old).out())
        .isEqualTo("package a\n\nimport rego.v1\n\np contains x if x := 1\n");
  }

  @Test
  void check_is_silent_or_says_what_is_wrong() throws IOException {
    String good = file("good.rego", GOOD);
    String bad = file("bad.rego", "package b\n\np if {\n\tr\n}\n");
    assertThat(Ran.policy("check", good)).isEqualTo(new Ran(0, "", ""));
    var ran = Ran.policy("check", bad);
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .isEqualTo("1 error occurred: " + bad + ":4: rego_unsafe_var_error: var r is unsafe\n");
    var json = Ran.policy("check", "--format", "json", bad);
    assertThat(json.exitCode()).isEqualTo(1);
    assertThat(json.err())
        .isEqualTo(
            """
            {
              "errors": [
                {
                  "message": "var r is unsafe",
                  "code": "rego_unsafe_var_error",
                  "location": {
                    "file": "%s",
                    "row": 4,
                    "col": 2
                  }
                }
              ]
            }
            """
                .formatted(bad));
    String unused = file("unused.rego", "package c\n\np if {\n\tx := 1\n}\n");
    assertThat(Ran.policy("check", unused).exitCode()).isZero();
    assertThat(Ran.policy("check", "--strict", unused).exitCode()).isEqualTo(1);
    String unread = file("unread.rego", "package d\n\np := (\n");
    assertThat(Ran.policy("check", unread).err())
        .startsWith("1 error occurred during loading: " + unread + ":");
  }

  private static final String TESTS =
      """
      package a_test

      import data.a

      test_one if a.p with input as {"x": 1}
      test_two if a.p with input as {"y": 1}
      test_two if not a.p with input as {"y": 1}
      todo_test_three if false
      helper := 1
      """;

  private static String untimed(String text) {
    return text.replaceAll("\\(.*s\\)", "(T)")
        .replaceAll("\"duration\": [0-9]+", "\"duration\": T");
  }

  @Test
  void test_runs_tests_and_counts_them() throws IOException {
    file("a.rego", GOOD);
    String tests = file("a_test.rego", TESTS);
    var ran = Ran.policy("test", place + "");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(untimed(ran.out()))
        .isEqualTo(
            tests
                + ":6:\ndata.a_test.test_two: FAIL (T)\n"
                + tests
                + ":8:\ndata.a_test.todo_test_three: SKIPPED\n"
                + LINE
                + "PASS: 2/4\nFAIL: 1/4\nSKIPPED: 1/4\n");
    var one = Ran.policy("test", place + "", "-v", "-r", "test_one|#01");
    assertThat(one.exitCode()).isZero();
    assertThat(untimed(one.out()))
        .isEqualTo(
            tests
                + ":5:\ndata.a_test.test_one: PASS (T)\n"
                + tests
                + ":7:\ndata.a_test.test_two#01: PASS (T)\n"
                + LINE
                + "PASS: 2/2\n");
    assertThat(Ran.policy("test", place + "", "-r", "test_one"))
        .isEqualTo(new Ran(0, "PASS: 1/1\n", ""));
    assertThat(untimed(Ran.policy("test", place + "", "-f", "json", "-r", "test_two$").out()))
        .isEqualTo(
            """
            [
              {
                "location": {
                  "file": "%s",
                  "row": 6,
                  "col": 1
                },
                "package": "data.a_test",
                "name": "test_two",
                "duration": T,
                "fail": true
              }
            ]
            """
                .formatted(tests));
  }

  @Test
  void test_refuses_policies_with_errors() throws IOException {
    String bad = file("bad.rego", "package b\n\ntest_p if q\n");
    var ran = Ran.policy("test", bad);
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err())
        .isEqualTo("1 error occurred: " + bad + ":3: rego_unsafe_var_error: var q is unsafe\n");
  }

  @Test
  void coverage_names_the_lines_that_took_part() throws IOException {
    String policy =
        file("a.rego", "package a\n\np if {\n\tinput.x\n\tinput.y\n}\n\nq if {\n\tinput.z\n}\n");
    String tests =
        file("a_test.rego", "package a_test\n\ntest_p if not data.a.p with input as {}\n");
    var ran = Ran.policy("test", "--coverage", policy, tests);
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out())
        .startsWith("{\n  \"files\": {\n    \"" + policy + "\": {\n      \"covered\": [")
        .contains("\"not_covered\": [", "\"start\": {", "\"row\": 4");
    var low = Ran.policy("test", "--threshold", "99", policy, tests);
    assertThat(low.exitCode()).isEqualTo(2);
    assertThat(low.err()).startsWith("Code coverage threshold not met: got ");
  }

  @Test
  void explain_says_what_stood_in_the_way_and_hides_what_it_shall() throws IOException {
    String policy =
        file("a.rego", "package a\n\np if {\n\tinput.x == 1\n\tinput.y == \"secret\"\n}\n");
    String input = file("input.json", "{\"x\": 1, \"y\": \"other\"}");
    var ran = Ran.policy("explain", "-d", policy, "-i", input, "data.a.p");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out())
        .startsWith("data.a.p: undefined\n")
        .contains("does not hold: input.y == \"secret\"", "input.y = \"other\"");
    var hidden = Ran.policy("explain", "--hide", "input.y", "-d", policy, "-i", input, "data.a.p");
    assertThat(hidden.out()).doesNotContain("other");
  }
}
