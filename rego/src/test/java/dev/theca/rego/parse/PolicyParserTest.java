package dev.theca.rego.parse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.ast.Literal;
import dev.theca.rego.ast.Module;
import dev.theca.rego.ast.Rule;
import dev.theca.rego.ast.Term;
import dev.theca.rego.parse.PolicyParser.Syntax;
import dev.theca.wire.Outcome;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies of both syntaxes become trees, and what is none is refused at its place. */
class PolicyParserTest {
  private static Module v1(String text) {
    return PolicyParser.module("a.rego", text, Syntax.V1).orThrow();
  }

  private static Rule rule(Syntax syntax, String text) {
    var module = PolicyParser.module("a.rego", "package a\n" + text, syntax).orThrow();
    assertThat(module.rules()).hasSize(1);
    return module.rules().getFirst();
  }

  private static Term term(String text) {
    var body = PolicyParser.query("q", text).orThrow();
    assertThat(body).hasSize(1);
    return ((Literal.Condition) body.getFirst()).term();
  }

  @Test
  void a_policy_of_version_1() {
    var module =
        v1(
            """
            # a comment
            package a.b["c d"]

            import data.x.y as z
            import input.user

            default allow := false

            allow if {
              some k, v in input.items   # the members
              v.kind == "good"; not denied[k]
              every p in v.parts { p > 0 }
            } else := "maybe" if user.name == "root"

            denied contains k if some k in data.denied
            limits[name] := n if n := input.limits[name]
            names := [n | n := input.names[_]]
            twice(x) := x * 2
            greeting := $"hello {user.name}, {1 + 2}\\{}"
            """);
    assertThat(module.name()).containsExactly("a", "b", "c d");
    assertThat(module.imports()).extracting(Module.Import::name).containsExactly("z", "user");
    assertThat(module.rules())
        .extracting(Rule::kind)
        .containsExactly(
            Rule.Kind.DEFAULT,
            Rule.Kind.COMPLETE,
            Rule.Kind.SET,
            Rule.Kind.OBJECT,
            Rule.Kind.COMPLETE,
            Rule.Kind.COMPLETE,
            Rule.Kind.COMPLETE);
    var allow = module.rules().get(1);
    assertThat(allow.body()).hasSize(4);
    assertThat(allow.body().get(2))
        .isInstanceOfSatisfying(Literal.Condition.class, c -> assertThat(c.negated()).isTrue());
    assertThat(allow.body().get(3)).isInstanceOf(Literal.Every.class);
    assertThat(allow.otherwise()).hasSize(1);
    assertThat(allow.at() + "").isEqualTo("a.rego:9:1");
    assertThat(module.rules().get(4).value().orElseThrow()).isInstanceOf(Term.Comprehension.class);
    assertThat(module.rules().get(5).arguments().orElseThrow()).hasSize(1);
    assertThat(module.rules().get(6).value().orElseThrow())
        .isInstanceOfSatisfying(Term.Template.class, t -> assertThat(t.parts()).hasSize(5));
  }

  @Test
  void a_policy_of_the_older_syntax() {
    var module =
        PolicyParser.module(
                "old.rego",
                """
                package policy
                default allow = false
                path := ["a", "b"]
                allow { input.x == path[i]; contains(input.y, "z") } { input.root }
                denied[x] { x := input.bad[_] }
                size[k] = n { n := count(input[k]) }
                one["fixed"] { true }
                a.b.c { true }
                else = 2 { false }
                """,
                Syntax.V0)
            .orThrow();
    assertThat(module.v1()).isFalse();
    assertThat(module.rules())
        .extracting(Rule::kind)
        .containsExactly(
            Rule.Kind.DEFAULT,
            Rule.Kind.COMPLETE,
            Rule.Kind.COMPLETE,
            Rule.Kind.COMPLETE,
            Rule.Kind.SET,
            Rule.Kind.OBJECT,
            Rule.Kind.SET,
            Rule.Kind.COMPLETE);
    assertThat(module.rules().getLast().path()).hasSize(3);
    assertThat(module.rules().getLast().otherwise()).hasSize(1);
  }

  @Test
  void an_import_turns_keywords_on_from_there() {
    assertThat(rule(Syntax.V0, "import rego.v1\np contains 1 if true").kind())
        .isEqualTo(Rule.Kind.SET);
    assertThat(rule(Syntax.V0, "import future.keywords.if\np if true").body()).hasSize(1);
    assertThat(rule(Syntax.V0, "import future.keywords\np[1] { 1 in [1] }").kind())
        .isEqualTo(Rule.Kind.SET);
    assertThat(rule(Syntax.V0, "p { if := 1; if == 1 }").body()).hasSize(2);
    assertThat(rule(Syntax.V1, "p[1] if true").kind()).isEqualTo(Rule.Kind.OBJECT);
    assertThat(rule(Syntax.V1, "p[\"x\"] := 1").path()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "1 + 2 * 3 @ +(1, *(2, 3))",
        "(1 + 2) * 3 @ *(+(1, 2), 3)",
        "1 - 2 - 3 @ -(-(1, 2), 3)",
        "a & b | c @ |(&(a, b), c)",
        "a < 1 + 2 @ <(a, +(1, 2))",
        "1 in [1] @ in(1, [1])",
        "x - 1 @ -(x, 1)",
        "x[-1] @ x[-1]",
        "f(x)[0].y @ f(x)[0][y]",
        "a.b.c(1, 2) @ a[b][c](1, 2)",
        "{1, 2,} @ {1, 2}",
        "{} @ {:}",
        "set() @ {}",
        "{\"a\": 1, \"b\": [2]} @ {a: 1, b: [2]}",
        "[x | x := y[_]] @ [x | :=(x, y[$0])]",
        "{x: y | y := z[x]} @ {x: y | :=(y, z[x])}",
        "[a | b] @ [a | b]",
        "{a | b, c} @ {|(a, b), c}",
        "{\"k\": a | b, \"l\": c} @ {k: |(a, b), l: c}",
        "x = [1, y] @ =(x, [1, y])",
        "`raw\\n` @ raw\\n",
        "1e3 @ 1e3",
        "$\"{x}\" @ $(x)"
      })
  void operators_bind_as_documented(String text, String shown) {
    assertThat(Shown.term(term(text))).isEqualTo(shown);
  }

  @Test
  void a_step_needs_to_stand_close() {
    var body = PolicyParser.query("q", "x\n[1]").orThrow();
    assertThat(body).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "'' @ 1:1",
        "package @ 1:8",
        "package a\\nx @ 2:1",
        "package a\\np { true } @ 2:3",
        "package a\\np[x] { true } @ 2:6",
        "package a\\np if { @ 2:7",
        "package a\\np := \"x @ 2:6",
        "package a\\np := 01 @ 2:6",
        "package a\\np := 1.2.3 @ 2:9",
        "package a\\nimport foo.bar @ 2:8",
        "package a\\np := \"\\q\" @ 2:7",
        "package a\\np if x with 1 as 2 @ 2:15",
        "package a\\ndefault p @ 2:10",
        "package a\\np := if @ 2:6",
        "package a\\np := [1, 2 @ 2:11",
        "package a\\np if { a b } @ 2:10",
        "package a\\np := ? @ 2:6"
      })
  void what_is_no_policy_is_refused_at_its_place(String text, String place) {
    var outcome = PolicyParser.module("f", text.replace("\\n", "\n").replace("''", ""), Syntax.V1);
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            r -> assertThat(r.reasons().getFirst() + "").contains("f:" + place + " "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{", "(", "{1:", "[1|", "f(", "x[", "not x == ["})
  void depth_ends_in_a_refusal(String piece) {
    String text = "package a\np if " + piece.repeat(5_000);
    assertThat(PolicyParser.module("f", text, Syntax.V1).isGranted()).isFalse();
  }

  @Test
  void nesting_is_read_in_a_time_that_grows_with_its_length() {
    for (String[] pair : new String[][] {{"{1: ", "}"}, {"[", "]"}, {"{2, ", "}"}, {"(", ")"}}) {
      String deep = pair[0].repeat(150) + "0" + pair[1].repeat(150);
      assertThat(PolicyParser.query("q", deep).isGranted()).as(pair[0]).isTrue();
    }
    String ambiguous = "{a | ".repeat(150) + "0" + ", b}".repeat(150);
    assertThat(PolicyParser.query("q", ambiguous).isGranted()).isFalse();
    String large = "package a\n" + "p := [1, 2, {\"a\": x | x := 1}]\n".repeat(20_000);
    assertThat(PolicyParser.module("f", large, Syntax.V1).orThrow().rules()).hasSize(20_000);
  }

  @Test
  void cut_and_changed_policies_never_throw() {
    String good =
        "package a\nimport rego.v1\nallow if { some x in input.a; x[_] == {1: `b`} }\n"
            + "f(x) := $\"a{x}b\" if not x.y with input as {\"a\": [1e2, -3]}\nelse := {x | x := 1}\n";
    var random = new Random(7);
    var pieces = List.of("{", "}", "[", "|", "if", "\"", "`", "\\", "$\"", " in ", ":=", "\n", "(");
    for (int i = 0; i < 20_000; i++) {
      var text = new StringBuilder(good);
      for (int n = random.nextInt(4); n >= 0; n--) {
        int at = random.nextInt(text.length());
        if (random.nextBoolean()) text.insert(at, pieces.get(random.nextInt(pieces.size())));
        else text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(9)));
      }
      assertThat(PolicyParser.module("f", text.toString(), Syntax.V1)).isNotNull();
    }
  }
}
