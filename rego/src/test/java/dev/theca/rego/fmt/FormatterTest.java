package dev.theca.rego.fmt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.ast.Module;
import dev.theca.rego.parse.PolicyParser;
import dev.theca.rego.parse.PolicyParser.Syntax;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies get the form that opa fmt gives them. */
class FormatterTest {
  private static String formatted(String text, Target target) {
    return Formatter.format("a.rego", text, target).orThrow();
  }

  private static void turns(Target target, String text, String expected) {
    assertThat(formatted("package a\n\n" + text, target)).isEqualTo("package a\n\n" + expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '§',
      value = {
        "p:=1@p := 1",
        "p   :=   { 1,2 , 3 }@p := {1, 2, 3}",
        "p if{true}@p := true",
        "p if { x==1 }@p if x == 1",
        "p if { input.x ; input.y }@p if {\\n\\tinput.x\\n\\tinput.y\\n}",
        "p contains x if { x:=1 }@p contains x if x := 1",
        "p[\"a\"] := 1@p[\"a\"] := 1",
        "a.b := 1@a[\"b\"] := 1",
        "a.b.c := 1@a.b.c := 1",
        "p := 1+2*3@p := 1 + (2 * 3)",
        "p := (1+2)@p := 1 + 2",
        "p if not input[\"x\"]@p if not input.x",
        "p if input[\"x y\"].default@p if input[\"x y\"].default",
        "p if input[\"default\"]@p if input[\"default\"]",
        "p if plus(1, input.x, 3)@p if 3 = 1 + input.x",
        "p := {(a|b)}@p := {(a | b)}",
        "p if 1 in [1]@p if 1 in [1]",
        "p if (1, 2 in [2])@p if 1, 2 in [2]",
        "p := f((1, 2 in [2]))@p := f((1, 2 in [2]))",
        "p := [x|x:=input[_]]@p := [x | x := input[_]]",
        "p := {x:y|some x,y in input}@p := {x: y | some x, y in input}",
        "p if every k,v in input {v>k}@p if every k, v in input { v > k }",
        "p if some x,y@p if some x, y",
        "p := \"a\\u0041\"@p := \"a\\u0041\"",
        "p := `a`@p := `a`",
        "p := $\"a {input.x} \\{}\"@p := $\"a {input.x} \\{}\"",
        "p := set()@p := set()",
        "p := {}@p := {}",
        "p := -1.50e3@p := -1.50e3",
        "f(x):=x@f(x) := x",
        "f(_, [a,_]) if a@f(_, [a, _]) if a",
        "default p=false@default p := false",
        "p if input.x with input.x as 1  with data.y as 2"
            + "@p if input.x with input.x as 1 with data.y as 2",
        "p if {{1}}@p if {\\n\\t{1}\\n}",
        "p if x == (1 < 2)@p if x == (1 < 2)",
        "p if (x in y) == z@p if (x in y) == z",
        "p if x in (y in z)@p if x in (y in z)",
        "p if (x in y) in z@p if x in y in z",
        "p := 1 + (x in y)@p := 1 + (x in y)",
        "p if 1 - (2 - 3)@p if 1 - (2 - 3)",
        "p if every x in (y in z) { x }@p if every x in (y in z) { x }",
        "p := 1 if x else := 2 else := 3" + "@p := 1 if x\\n\\nelse := 2 if true\\n\\nelse := 3",
        "p() := 1@p := 1",
        "p := [plus(), or(), plus(1, 2, 3)]@p := [plus(), or(), plus(1, 2, 3)]",
        "p if { or(); x }@p if {\\n\\tor()\\n\\tx\\n}",
        "p[k] if true@p[k] := true",
      })
  void a_rule_of_version_1_has_one_form(String text, String expected) {
    turns(Target.V1, text, expected.replace("\\n", "\n").replace("\\t", "\t") + "\n");
  }

  @Test
  void lines_that_were_broken_stay_broken_one_member_group_a_line() {
    turns(
        Target.V1,
        """
        p := {"a": 1, "b": 2,
            "c": [1,
        2], "d": {
        "e": 1}}
        q if {
          f(1,
            2) with input as 1
            with data.x as 2


          count({x |
          x := input[_]; x > 1}) == 2
          some a, b,
            c
        }
        """,
        """
        p := {
        	"a": 1, "b": 2,
        	"c": [
        		1,
        		2,
        	],
        	"d": {
        		"e": 1,
        	},
        }

        q if {
        	f(
        		1,
        		2,
        	) with input as 1
        		with data.x as 2

        	count({x |
        		x := input[_]
        		x > 1
        	}) == 2
        	some a, b,
        		c
        }
        """);
  }

  @Test
  void an_assignment_within_a_term_stays_a_call() {
    String text = "p := [assign(\"a\", d) | some d in [\"a\"]]\n";
    turns(Target.V1, text, text);
  }

  @Test
  void comments_keep_their_places() {
    turns(
        Target.V1,
        """
        # METADATA
        # title: x
        # METADATA
        # title: y
        p if { # why
          # before
          input.x # beside


          # apart

          input.y == [1, # one
             2 # two
          ]
          # last
        } # behind
        # of q
        q := 1
        # end
        """,
        """
        # METADATA
        # title: x

        # METADATA
        # title: y
        p if { # why
        	# before
        	input.x # beside

        	# apart

        	input.y == [
        		1, # one
        		2, # two
        	]
        	# last
        } # behind

        # of q
        q := 1

        # end
        """);
  }

  @Test
  void a_part_with_a_comment_where_none_belongs_stays_as_it_was() {
    turns(
        Target.V1,
        """
        p if {
          x := { # one
             "a":1, # two
          }
          f( {
            # nothing
          },x) with   input as 1
        }
        """,
        """
        p if {
        	x := { # one
             "a":1, # two
          }
        	f( {
            # nothing
          },x) with input as 1
        }
        """);
  }

  @Test
  void short_rules_stand_together_as_they_stood() {
    turns(
        Target.V1,
        "a := 1\nb := 2\n\nc := 3\nd if { x\n y }\ne if x\nf if y\n",
        "a := 1\nb := 2\n\nc := 3\n\nd if {\n\tx\n\ty\n}\n\ne if x\nf if y\n");
  }

  @Test
  void an_else_stays_behind_the_brace_or_in_its_line() {
    turns(
        Target.V1,
        """
        p := 1 if { a
         b } else := 2 if { c
         d }
        else := "x" if e
        q if x
        else := 3
        r if x else := 4
        """,
        """
        p := 1 if {
        	a
        	b
        } else := 2 if {
        	c
        	d
        }

        else := "x" if e

        q if x

        else := 3

        r if x

        else := 4
        """);
    turns(
        Target.V1,
        "p if {\n  a\n  b\n} else if {\n  c\n  d\n} else := 2\n",
        "p if {\n\ta\n\tb\n} else if {\n\tc\n\td\n} else := 2\n");
    turns(
        Target.V1,
        "p if { a # why\n} else := 2\nq if { a\n} else := 2\n",
        "p if a # why\n\nelse := 2\n\nq if a\n\nelse := 2\n");
  }

  @Test
  void imports_are_sorted_within_their_groups() {
    turns(
        Target.V1,
        "import data.z # of z\nimport data.b as y\nimport data.b as x\n\nimport input.a\np := 1\n",
        "import data.b as x\nimport data.b as y\nimport data.z # of z\n\nimport input.a\n\np := 1\n");
  }

  @Test
  void the_older_syntax_stays_the_older_syntax() {
    turns(
        Target.V0,
        "p[x] { x := 1 } { x := 2 }\nq = 1 { a; b }\nr { true }\ns.t\nf(1)\n",
        """
        p[x] {
        	x := 1
        }

        p[x] {
        	x := 2
        }

        q = 1 {
        	a
        	b
        }

        r = true

        s["t"]

        f(1)
        """);
  }

  @Test
  void the_older_syntax_becomes_what_both_accept() {
    assertThat(
            formatted(
                "package a\nimport future.keywords.in\nimport data.x\n\n"
                    + "default p = false\np { some x in input }\nq[x] { x := 1 }\ns[\"t\"]\n",
                Target.V0_TO_BOTH))
        .isEqualTo(
            """
            package a

            import data.x
            import rego.v1

            default p := false

            p if some x in input
            q contains x if x := 1
            s contains "t"
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "p contains x if.keywords@p contains x\\n\\nif[\"keywords\"]",
        "p contains x contains[y] { y := 1 }@p contains x\\n\\ncontains[y] {\\n\\ty := 1\\n}",
        "p contains x every[y] { q; r }@p contains x\\n\\nevery[y] {\\n\\tq\\n\\tr\\n}",
        "p contains x not.a { q }@p contains x\\n\\nnot[\"a\"] {\\n\\tq\\n}",
      })
  void a_set_that_is_named_as_a_keyword_keeps_its_brackets(String text, String expected) {
    String head = "package a\n\nimport future.keywords\n\n";
    String form = head + expected.replace("\\n", "\n").replace("\\t", "\t") + "\n";
    assertThat(formatted(head + text, Target.V0)).isEqualTo(form);
    assertThat(formatted(form, Target.V0)).isEqualTo(form);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "contains(a, b) { a == b }@contains(a, b) if a == b",
        "p = if.x { true }@p := if.x",
        "if[x] { x := 1 }@if[x] {",
      })
  void what_is_named_as_a_keyword_has_no_form_in_both(String text, String line) {
    var outcome = Formatter.format("a.rego", "package a\n\n" + text, Target.V0_TO_BOTH);
    assertThat(outcome + "")
        .contains("rego-parse: a.rego is ", "no keywords in version 1; rename what stands in: ")
        .contains(line);
  }

  @Test
  void what_is_no_policy_is_refused() {
    assertThat(Formatter.format("a.rego", "package a\np := ", Target.V1).isGranted()).isFalse();
    assertThat(Formatter.format("a.rego", "package a\np { true }", Syntax.V1).isGranted())
        .isFalse();
  }

  private static final String LARGE =
      """
      package large.one["two three"]

      import data.lib.things as things
      import input.request

      default allow := false

      allow if {
        some i, user in request.users
        user.name == things[i].name
        not denied[user.id] with input.x as {"a": [1, 2, 3]} with data.y as set()
        every part in user.parts { part.size > 0; part.size < limits[part.kind] }
        {"a", "b"} & {x | x := user.tags[_]; startswith(x, "a")} == {"a"}
      } else := {"reason": "root", "level": (1 + 2) * 3 - 4 / 5 % 6} if request.root

      limits[kind] := max([n | n := request.limits[kind][_]]) if kind := request.kinds[_]
      denied contains user.id if user := data.users[_]
      by_name := {name: [u.id | u := data.users[_]; u.name == name] | name := data.users[_].name}
      shown(x, [a, _, {"k": v}]) := sprintf("%v %v %v", [x, concat(", ", [a, v]), {"deep": {"a": [[], {}]}}])
      greeting := $"hello {request.user}, you are {count(request.users) + 1}"
      tree.deep[x].deeper contains y if { x := request.a; y := request.b[_].c["d e"].f }
      raw := `a\\b "c"`
      """;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19})
  void the_form_is_its_own_form_and_says_the_same(int seed) {
    String text = broken(LARGE, seed, "\n  ");
    String once = formatted(text, Target.V1);
    assertThat(said(once)).isEqualTo(said(text));
    assertThat(formatted(once, Target.V1)).isEqualTo(once);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void comments_at_any_place_change_nothing_of_what_is_said(int seed) {
    String text = broken(LARGE, seed, " # " + seed + "\n\t");
    assertThat(said(formatted(text, Target.V1))).isEqualTo(said(text));
  }

  @Test
  void a_value_of_a_comprehension_keeps_its_parentheses() {
    turns(
        Target.V1,
        "p := {k: (1 + 2) | some k in input}\nq := {\n  k: 1 | some k in input\n}\n",
        "p := {k: (1 + 2) | some k in input}\nq := {k: 1 |\n\tsome k in input\n}\n");
  }

  @Test
  void chains_of_any_length_end_in_an_answer() {
    String chain =
        "package a\n\np if {\n\t"
            + "(".repeat(150)
            + "1"
            + (" + 1".repeat(400) + ")").repeat(150)
            + "\n}\n";
    assertThat(Formatter.format("a.rego", chain, Target.V1)).isNotNull();
    String others = "package a\n\np := 1 if false\n" + "else := 2 if false\n".repeat(20_000);
    assertThat(Formatter.format("a.rego", others, Target.V1)).isNotNull();
  }

  /** Line ends at random behind commas and opening brackets. */
  private static String broken(String text, int seed, String end) {
    var random = new Random(seed);
    var out = new StringBuilder();
    boolean quoted = false;
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '`') quoted = !quoted;
      out.append(c);
      boolean may = c == ',' || c == '[' && out.charAt(out.length() - 2) == ' ' || c == '(';
      if (!quoted && seed > 0 && may && random.nextInt(3) == 0) out.append(end);
    }
    return out.toString();
  }

  private static String said(String text) {
    Module module = PolicyParser.module("x", text, Syntax.V1).orThrow();
    return (module.name() + " " + module.imports() + " " + module.rules())
        .replaceAll("at=x:[0-9]+:[0-9]+", "")
        .replaceAll("name=\\$[0-9]+", "name=_");
  }
}
