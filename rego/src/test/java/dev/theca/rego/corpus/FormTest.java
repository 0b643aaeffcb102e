package dev.theca.rego.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.Result;
import dev.theca.rego.fmt.Formatter;
import dev.theca.wire.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every policy of the corpus in its usual form gives the same answer, and that form is kept. */
class FormTest {
  @Test
  void policies_in_their_usual_form_give_the_answers_that_they_gave() {
    var differ = new ArrayList<String>();
    var unstable = new ArrayList<String>();
    int seen = 0;
    for (Case one : Case.corpus()) {
      var formatted = new ArrayList<String>();
      for (String module : one.modules())
        if (Formatter.format("p.rego", module, one.syntax())
            instanceof Outcome.Granted<String>(var text)) formatted.add(text);
      if (formatted.size() < one.modules().size()) continue;
      seen++;
      for (String text : formatted)
        if (!hasElseInLine(one)
            && !Formatter.format("p.rego", text, one.syntax()).equals(Outcome.granted(text)))
          unstable.add(one.note() + "\n" + text);
      if (one.wantError().isEmpty() && !answer(one).equals(answer(with(one, formatted))))
        differ.add(one.note());
    }
    assertThat(differ).isEmpty();
    assertThat(unstable).isEmpty();
    assertThat(seen).isGreaterThan(1000);
  }

  /** Where else stands in the line of its rule, opa fmt makes an empty line only the next time. */
  private static boolean hasElseInLine(Case one) {
    return one.modules().stream().anyMatch(module -> module.matches("(?s).* if [^{\n]* else .*"));
  }

  private static String answer(Case one) {
    return switch (Engine.answer(one)) {
      case Outcome.Granted<Result>(var result) -> result.solutions().toString();
      case Outcome.Refused<Result>(var reasons) -> reasons.getFirst().code().id();
    };
  }

  private static Case with(Case one, List<String> modules) {
    return new Case(
        one.note(),
        one.syntax(),
        modules,
        one.data(),
        one.input(),
        one.inputTerm(),
        one.nowNanos(),
        one.query(),
        one.want(),
        one.wantDefined(),
        one.wantError(),
        one.wantMessage(),
        one.strictErrors());
  }
}
