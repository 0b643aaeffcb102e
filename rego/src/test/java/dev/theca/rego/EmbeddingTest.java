package dev.theca.rego;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.parse.PolicyParser;
import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.HostFault;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import dev.theca.wire.Outcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a Java program does with policies. */
class EmbeddingTest {
  private static final String TEXT =
      """
      package release

      default allow := false

      allow if {
      	input.image in query_reference_value("images")
      	not input.debug
      	input.token == "s3cret"
      }
      """;

  private static Query query(Builtin... functions) {
    var module = PolicyParser.module("release.rego", TEXT, PolicyParser.Syntax.V1).orThrow();
    var setup = Setup.plain().withFunctions(List.of(functions));
    var policy = Policies.compile(List.of(module), setup).orThrow();
    return policy.query("data.release.allow").orThrow();
  }

  private static Builtin references() {
    return Builtin.of(
        "query_reference_value",
        "string -> any",
        (context, arguments) ->
            dev.theca.rego.value.ArrayValue.owning(Value.of("sha256:ab"), Value.of("sha256:cd")));
  }

  private static Given given(String image, String token) {
    return Given.nothing()
        .withInput(
            ObjectValue.of(
                Map.of(
                    Value.of("image"), Value.of(image),
                    Value.of("debug"), Value.of(false),
                    Value.of("token"), Value.of(token))));
  }

  @Test
  void a_host_function_answers_as_one_of_the_language() {
    var query = query(references());
    assertThat(query.evaluate(given("sha256:ab", "s3cret")).orThrow().isTrue()).isTrue();
    assertThat(query.evaluate(given("sha256:ef", "s3cret")).orThrow().isTrue()).isFalse();
  }

  @Test
  void without_the_host_function_the_policy_is_refused_before_it_runs() {
    var module = PolicyParser.module("release.rego", TEXT, PolicyParser.Syntax.V1).orThrow();
    var refused = Policies.compile(List.of(module), Setup.plain());
    assertThat(refused.isGranted()).isFalse();
    assertThat(refused.toString())
        .contains("release.rego:6:17")
        .contains("undefined function query_reference_value");
  }

  @Test
  void a_host_that_cannot_answer_ends_the_evaluation_and_is_not_taken_for_undefined() {
    var broken =
        Builtin.of(
            "query_reference_value",
            "string -> any",
            (context, arguments) -> {
              throw new HostFault("the store is away", new java.io.IOException());
            });
    var outcome = query(broken).evaluate(given("sha256:ab", "s3cret"));
    assertThat(outcome.toString()).contains("rego-host").contains("the store is away");
  }

  @Test
  void an_explanation_names_the_condition_and_keeps_the_secret() {
    var given = given("sha256:ab", "wr0ng");
    var hidden = Hidden.below(given, List.of(List.of("input", "token")));
    var why = query(references()).explain(given, hidden).orThrow();
    assertThat(why.toString())
        .contains("input.token == \"s3cret\"")
        .contains("(hidden)")
        .doesNotContain("wr0ng");
  }

  @Test
  void an_evaluation_ends_where_its_bounds_are() {
    var query = query(references());
    var outcome =
        query.evaluate(given("sha256:ab", "s3cret").withBounds(Bounds.DEFAULT.withSteps(2)));
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    assertThat(outcome.toString()).contains("rego-exhausted");
  }

  @Test
  void one_query_serves_many_threads() throws Exception {
    var query = query(references());
    try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
      var answers =
          java.util.stream.IntStream.range(0, 500)
              .mapToObj(
                  i ->
                      threads.submit(
                          () ->
                              query
                                  .evaluate(given(i % 2 == 0 ? "sha256:ab" : "x", "s3cret"))
                                  .orThrow()
                                  .isTrue()))
              .toList();
      for (int i = 0; i < answers.size(); i++)
        assertThat(answers.get(i).get()).as("thread " + i).isEqualTo(i % 2 == 0);
    }
  }
}
