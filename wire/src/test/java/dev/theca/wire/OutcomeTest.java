package dev.theca.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeTest {
  private static Refusal refusal(String what) {
    return new Refusal(Code.of("not-so"), what, "red", "blue", "paint it");
  }

  @Test
  void a_refusal_that_reaches_a_line_of_a_log_reads_as_its_reasons() {
    Outcome<Integer> two = Outcome.refused(List.of(refusal("the door"), refusal("the gate")));
    assertThat("reason=" + two)
        .isEqualTo(
            "reason=not-so: the door is blue, expected red; paint it;"
                + " not-so: the gate is blue, expected red; paint it");
  }
}
