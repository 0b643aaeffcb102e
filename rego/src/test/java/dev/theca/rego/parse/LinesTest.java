package dev.theca.rego.parse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.Given;
import dev.theca.rego.Policies;
import dev.theca.rego.Policy;
import dev.theca.rego.Setup;
import dev.theca.rego.ast.Module;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Refusals end with the line that they are about. */
class LinesTest {
  private static Module module(String file, String text) {
    return PolicyParser.module(file, text, PolicyParser.Syntax.V1).orThrow();
  }

  private static Outcome<Policy> compile(Module... modules) {
    return Policies.compile(Arrays.asList(modules), Setup.plain());
  }

  private static Refusal refusal(Outcome<?> outcome) {
    if (outcome instanceof Outcome.Refused<?>(List<Refusal> reasons)) return reasons.getFirst();
    throw new AssertionError(outcome + "");
  }

  @Test
  void a_mistake_found_by_compiling_shows_its_line() {
    var refusal = refusal(compile(module("p.rego", "package p\n\nq := 1\n\n  r if x > q # why\n")));
    assertThat(refusal.what()).isEqualTo("p.rego:5:8");
    assertThat(refusal.next())
        .isEqualTo("give x a value in a condition that is not negated: r if x > q # why");
  }

  @Test
  void a_mistake_of_an_evaluation_shows_its_line() {
    var policy = compile(module("p.rego", "package p\n\nq := 1\n\nq := 2 if true\n")).orThrow();
    var answer = policy.query("data.p.q").orThrow().evaluate(Given.nothing());
    assertThat(refusal(answer).what()).startsWith("p.rego:");
    assertThat(refusal(answer).next()).startsWith("make the rules exclude each other: q := ");
  }

  @Test
  void a_mistake_of_a_query_shows_the_query() {
    var policy = compile(module("p.rego", "package p\n\nq := 1\n")).orThrow();
    assertThat(refusal(policy.query("x := 1; y > x")).next()).endsWith(": x := 1; y > x");
    assertThat(refusal(policy.query("\n1 / 0 == data.p.q").then(q -> q.evaluate(strict()))).next())
        .endsWith(": 1 / 0 == data.p.q");
  }

  private static Given strict() {
    return Given.nothing().withStrictErrors(true);
  }

  @Test
  void a_long_line_is_cut() {
    String text = "package p\n\nq if x == \"" + "a".repeat(5000) + "\"\n";
    String next = refusal(compile(module("p.rego", text))).next();
    assertThat(next)
        .startsWith("give x a value in a condition that is not negated: q if x == \"aaa")
        .endsWith("aaa...");
    assertThat(next).hasSizeLessThan(200);
  }

  @Test
  void of_two_files_of_one_name_no_line_is_taken_for_the_others() {
    var refusal =
        refusal(
            compile(
                module("p.rego", "package p\n\nq := 1\n"),
                module("p.rego", "package p\n\nr if x > 1\n")));
    assertThat(refusal.next()).isEqualTo("give x a value in a condition that is not negated");
  }
}
