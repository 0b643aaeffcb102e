package dev.theca.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.theca.kit.Fuzz;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Changed copies of what the node daemon is sent. */
class NodeFuzzTest {
  static Stream<String> names() {
    return NodeTarget.targets().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void whatever_comes_in_is_read_or_refused(String name) throws Exception {
    var target = NodeTarget.targets().get(name);
    long inputs = Fuzz.run(name, NodeTarget.seeds().get(name), target::take);
    assertTrue(inputs > 10, inputs + " inputs"); // a busy machine takes few in its budget
  }
}
