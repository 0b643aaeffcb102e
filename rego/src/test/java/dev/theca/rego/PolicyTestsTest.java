package dev.theca.rego;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.PolicyTests.Verdict;
import dev.theca.rego.ast.Module;
import dev.theca.rego.parse.PolicyParser;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** How the tests in policies are found, named and judged. */
class PolicyTestsTest {
  private final AtomicLong ticks = new AtomicLong();

  private static Module module(String name, String text) {
    return PolicyParser.module(name, text, PolicyParser.Syntax.V1).orThrow();
  }

  private List<PolicyTests.Test> run(Predicate<String> wanted, Module... modules) {
    var tests = PolicyTests.of(List.of(modules));
    var policy = Policies.compile(tests.modules(), Setup.plain()).orThrow();
    return tests.run(
        policy, Given.nothing(), wanted, new Coverage.Collector(), () -> ticks.getAndAdd(7));
  }

  private List<String> verdicts(Module... modules) {
    return run(_ -> true, modules).stream()
        .map(test -> test.fullName() + " " + test.verdict())
        .toList();
  }

  @Test
  void tests_pass_fail_err_and_wait_in_the_order_of_the_file() {
    var policy =
        module(
            "p.rego",
            """
            package p

            test_bob if input.user == "bob" with input as {"user": "bob"}

            test_eve if input.user == "bob" with input as {"user": "eve"}

            todo_test_later if false

            test_conflict if two == 1

            two := 1 if true

            two := 2 if true
            """);
    assertThat(verdicts(policy))
        .containsExactly(
            "data.p.test_bob PASS",
            "data.p.test_eve FAIL",
            "data.p.todo_test_later SKIPPED",
            "data.p.test_conflict ERROR");
    var error = run("data.p.test_conflict"::equals, policy);
    assertThat(error).hasSize(1);
    assertThat(error.getFirst().reasons().getFirst().code()).isEqualTo(RegoCode.REGO_CONFLICT);
  }

  @Test
  void files_come_as_they_were_given_and_tests_below_a_name_are_tests() {
    assertThat(
            verdicts(
                module("b.rego", "package b\n\ntest_z if true\n\ntest_a if true\n"),
                module("a.rego", "package a.c\n\ngroup.test_m if true\n\nhelper := 1\n")))
        .containsExactly("data.b.test_z PASS", "data.b.test_a PASS", "data.a.c.group.test_m PASS");
  }

  @Test
  void any_value_but_false_passes() {
    assertThat(verdicts(module("p.rego", "package p\n\ntest_a := 0\n\ntest_b := false\n")))
        .containsExactly("data.p.test_a PASS", "data.p.test_b FAIL");
  }

  @Test
  void rules_of_one_name_are_tests_of_their_own() {
    assertThat(
            verdicts(
                module("p.rego", "package p\n\ntest_a if true\n\ntest_a if false\n"),
                module("q.rego", "package p\n\ntest_a if true\n")))
        .containsExactly("data.p.test_a PASS", "data.p.test_a#01 FAIL", "data.p.test_a#02 PASS");
  }

  @Test
  void the_caller_has_the_clock() {
    var tests =
        run(_ -> true, module("p.rego", "package p\n\ntest_a if true\n\ntodo_test_b if true\n"));
    assertThat(tests.getFirst().took()).isEqualTo(Duration.ofNanos(7));
    assertThat(tests.getLast().verdict()).isEqualTo(Verdict.SKIPPED);
    assertThat(tests.getLast().took()).isZero();
  }
}
