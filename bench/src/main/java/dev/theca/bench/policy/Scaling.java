package dev.theca.bench.policy;

import dev.theca.rego.Given;
import dev.theca.rego.parse.PolicyParser.Syntax;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** How time grows with the number of rules and of items. */
final class Scaling {
  private Scaling() {}

  static void run(int rounds) {
    var rules = new Contest("one rule of many holds: evaluations");
    for (int size : new int[] {10, 100, 1000}) {
      var given = input(Map.of("path", Value.of("/p/" + size / 2)));
      rules
          .ours(
              size + " rules, each input.path == constant",
              asked(each(size, i -> "p := " + i + " if input.path == \"/p/" + i + "\""), given))
          .ours(
              size + " rules, which no index can tell apart",
              asked(
                  each(size, i -> "p := " + i + " if endswith(input.path, \"p/" + i + "\")"),
                  given));
    }
    rules.run(rounds);
    items().run(rounds);
  }

  private static Contest items() {
    var numbers = input(Map.of("n", numbers(1000), "many", numbers(10_000)));
    return new Contest("loops")
        .ours(
            "set of 1,000 squares, one asked for",
            asked(
                "squares := {y | some x in input.n; y := x * x}\np if 998001 in squares", numbers))
        .ours(
            "1,000 items, each asked for in a set",
            asked(
                "all := {x | some x in input.n}\np := [x | some x in input.n; x in all]", numbers))
        .ours(
            "some x in 10,000 items, the last holds",
            asked("p if { some x in input.many; x == 9999 }", numbers))
        .ours(
            "every x of 10,000 items",
            asked("p if { every x in input.many { x < 10000 } }", numbers))
        .ours(
            "sprintf 100 times",
            asked(
                "p := [t | some i in numbers.range(1, 100);"
                    + " t := sprintf(\"%s-%d of %v\", [\"item\", i, input.n[i]])]",
                numbers));
  }

  private static Supplier<Value> asked(String rules, Given given) {
    var policy = "package scale\n\nimport rego.v1\n\n" + rules + "\n";
    var ours = Ours.compile(policy, Syntax.V1, "data.scale.p", ObjectValue.EMPTY);
    return () -> ours.ask(given);
  }

  private static String each(int size, IntFunction<String> line) {
    return String.join("\n\n", IntStream.range(0, size).mapToObj(line).toList());
  }

  private static Given input(Map<String, Value> members) {
    var object = new HashMap<Value, Value>();
    members.forEach((name, member) -> object.put(Value.of(name), member));
    return Given.nothing().withInput(ObjectValue.owning(object));
  }

  private static Value numbers(int size) {
    return ArrayValue.owning(IntStream.range(0, size).mapToObj(Value::of).toArray(Value[]::new));
  }
}
