package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.value.Value;
import java.util.List;
import java.util.function.IntPredicate;

/** {@code ==}, {@code !=}, {@code <} and their kin: any two values compare. */
final class Comparison {
  private Comparison() {}

  static List<Builtin> list() {
    return List.of(
        of("equal", order -> order == 0),
        of("neq", order -> order != 0),
        of("lt", order -> order < 0),
        of("lte", order -> order <= 0),
        of("gt", order -> order > 0),
        of("gte", order -> order >= 0));
  }

  private static Builtin of(String name, IntPredicate test) {
    return Builtin.of(
        name, "any, any -> boolean", (_, a) -> Value.of(test.test(a[0].compareTo(a[1]))));
  }
}
