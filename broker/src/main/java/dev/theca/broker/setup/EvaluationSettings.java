package dev.theca.broker.setup;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.policy.Budget;
import java.time.Duration;

/** {@code [evaluation]}: what one evaluation of a policy may cost. */
final class EvaluationSettings {
  private EvaluationSettings() {}

  static Budget read(Fields fields) {
    var table = fields.table("evaluation");
    var usual = Budget.DEFAULT;
    var budget =
        new Budget(
            table.number("steps", usual.steps(), 1000, 1_000_000_000),
            table.number("units", usual.units(), 1000, 1_000_000_000),
            Duration.ofMillis(
                table.number("milliseconds", usual.wallClock().toMillis(), 10, 60_000)));
    fields.take(table);
    return budget;
  }
}
