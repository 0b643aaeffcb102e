package dev.theca.cli.policy;

import dev.theca.rego.Explanation;
import dev.theca.rego.Explanation.Attempt;
import dev.theca.rego.Explanation.Failed;
import dev.theca.rego.Explanation.Rule;
import dev.theca.rego.Explanation.Seen;
import dev.theca.rego.value.JsonText;
import dev.theca.rego.value.Value;
import java.util.List;
import java.util.Optional;

/** An explanation in words, indented by who asked whom. */
final class ExplanationText {
  private final StringBuilder out = new StringBuilder();

  private ExplanationText() {}

  static String of(String query, Explanation explanation) {
    var text = new ExplanationText();
    text.line(0, query.strip() + ": " + shown(explanation.value()));
    explanation.failed().ifPresent(failed -> text.failed(1, failed));
    text.rules(1, explanation.rules());
    return text.out.toString();
  }

  private void rules(int level, List<Rule> rules) {
    for (Rule rule : rules) {
      line(level, rule.name());
      for (Attempt attempt : rule.attempts()) attempt(level + 1, attempt);
    }
  }

  private void attempt(int level, Attempt attempt) {
    String at = attempt.at().file() + ":" + attempt.at().line();
    line(level, at + ": " + shown(attempt.value()));
    attempt.failed().ifPresent(failed -> failed(level + 1, failed));
    rules(level + 1, attempt.rules());
  }

  private void failed(int level, Failed failed) {
    line(level, "does not hold: " + failed.condition().text());
    for (Seen seen : failed.seen()) line(level + 1, seen.text() + " = " + shown(seen.value()));
  }

  private static String shown(Optional<Value> value) {
    return value.map(JsonText::of).orElse("undefined");
  }

  private void line(int level, String text) {
    out.repeat("  ", level).append(text).append('\n');
  }
}
