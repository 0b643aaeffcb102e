package dev.theca.rego.corpus;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.Result;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import dev.theca.wire.Outcome;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Policies, questions and the answers that Open Policy Agent gives to them. */
class CorpusTest {
  /** One solution without bindings. */
  private static final List<Value> DEFINED = List.of(ObjectValue.EMPTY);

  static List<Case> corpus() {
    return Case.corpus().stream().filter(one -> !Open.notes().contains(one.note())).toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("corpus")
  void the_engine_answers_as_open_policy_agent_does(Case one) {
    var answer = Engine.answer(one);
    check(one, answer);
  }

  @Test
  void what_is_answered_is_not_open() {
    var cases = Case.corpus().stream().collect(toMap(Case::note, one -> one));
    assertThat(cases).containsKeys(Open.notes().toArray(String[]::new));
    assertThat(Open.notes().stream().filter(note -> isAnswered(cases.get(note)))).isEmpty();
  }

  private static boolean isAnswered(Case one) {
    try {
      check(one, Engine.answer(one));
      return true;
    } catch (AssertionError e) {
      return false;
    }
  }

  private static void check(Case one, Outcome<Result> answer) {
    switch (answer) {
      case Outcome.Granted<Result>(var result) -> {
        var found = result.solutions().stream().map(s -> Yaml.object(s.bindings()));
        var wanted = one.want().orElse(one.wantDefined().isPresent() ? DEFINED : List.of());
        assertThat(one.wantError()).as("%s: %s", one, result).isEmpty();
        assertThat(sorted(found)).as(one.note()).isEqualTo(sorted(wanted.stream()));
      }
      case Outcome.Refused<Result>(var reasons) -> {
        String found = Engine.code(reasons.getFirst()) + ": " + reasons.getFirst();
        assertThat(found).as(one.note()).startsWith(one.wantError().orElse("an answer") + ": ");
        one.wantMessage().ifPresent(m -> assertThat(reasons + "").as(one.note()).contains(m));
      }
    }
  }

  @Test
  void the_corpus_is_large() {
    assertThat(Case.corpus()).hasSizeGreaterThan(1_000);
  }

  /** Solutions as compliance tests compare them: as JSON, in any order. */
  private static List<Value> sorted(Stream<? extends Value> solutions) {
    return solutions.<Value>map(Yaml::json).sorted().toList();
  }
}
