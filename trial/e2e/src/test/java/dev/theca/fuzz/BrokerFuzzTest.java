package dev.theca.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.theca.kit.Fuzz;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Changed copies of what brokers are sent, through the whole broker. */
class BrokerFuzzTest {
  static Stream<String> names() {
    return BrokerTarget.targets().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void whatever_comes_in_an_answer_or_a_refusal_comes_out(String name) {
    var target = BrokerTarget.targets().get(name);
    long inputs = Fuzz.run(name, BrokerTarget.seeds().get(name), target::take);
    assertTrue(inputs > 3, inputs + " inputs"); // a busy machine takes few in its budget
  }
}
