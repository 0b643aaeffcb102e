package dev.theca.rego.hostile;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.Bounds;
import dev.theca.rego.Explanation;
import dev.theca.rego.Given;
import dev.theca.rego.Hidden;
import dev.theca.rego.Policies;
import dev.theca.rego.Query;
import dev.theca.rego.RegoCode;
import dev.theca.rego.Result;
import dev.theca.rego.Setup;
import dev.theca.rego.ast.Module;
import dev.theca.rego.fmt.Formatter;
import dev.theca.rego.parse.PolicyParser;
import dev.theca.rego.parse.PolicyParser.Syntax;
import dev.theca.rego.value.Value;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the writer of a policy had in mind, reading, planning and evaluating it ends soon. */
class HostilePolicyTest {
  private static final Bounds BOUNDS = Bounds.DEFAULT.withSteps(300_000).withUnits(1_000_000);

  /** A policy, and a word of the code that must come out; empty where an answer is as good. */
  private record Attack(String name, String policy, String code) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static String times(int count, IntFunction<String> each) {
    return IntStream.range(0, count).mapToObj(each).collect(Collectors.joining("\n"));
  }

  private static String chain(String first, int count, String next) {
    return "a0 := "
        + first
        + "\n"
        + times(count, i -> "a" + (i + 1) + " := " + next.replace("@", "a" + i) + "\n");
  }

  private static final String DOUBLED = chain("[1]", 60, "[@, @]");
  private static final String TWICE = DOUBLED + DOUBLED.replace("a", "b");

  private static final String RANGE = "numbers.range(1, 1000)";

  private static Stream<Attack> attacks() {
    var all = new ArrayList<Attack>();
    exhausting()
        .forEach((name, policy) -> all.add(new Attack(name, "package q\n" + policy, "exhausted")));
    answered().forEach((name, policy) -> all.add(new Attack(name, "package q\n" + policy, "")));
    return all.stream();
  }

  private static Map<String, String> exhausting() {
    var all = new TreeMap<String, String>();
    all.put(
        "nested loops",
        "p if { r := numbers.range(1, 1000); "
            + IntStream.range(0, 6)
                .mapToObj(i -> "some x%d in r; ".formatted(i))
                .collect(Collectors.joining())
            + "1 == 2 }");
    all.put(
        "nested comprehensions",
        "p := " + "[y | some _ in r; y := ".repeat(5) + "1" + "]".repeat(5) + "\nr := " + RANGE);
    all.put(
        "functions that double",
        "f0(x) := x\n"
            + times(
                40,
                i ->
                    "f%d(x) := y if { a := f%d([x, 1]); b := f%d([x, 2]); y := [a, b] }"
                        .formatted(i + 1, i, i))
            + "\np := f40(1)");
    all.put("a range", "p := numbers.range(1, 1000000000000)");
    all.put("a range with steps", "p := numbers.range_step(1, 100000000000, 2)");
    all.put("strings that double", chain("\"x\"", 60, "concat(\"\", [@, @])") + "\np := a60");
    all.put(
        "strings that grow by replacing",
        chain("\"x\"", 60, "replace(@, \"x\", \"xx\")") + "\np := a60");
    all.put("formats that double", chain("\"x\"", 60, "sprintf(\"%s%s\", [@, @])") + "\np := a60");
    all.put("values that double", DOUBLED + "\np := a60");
    all.put("values that double, compared", TWICE + "\np if a60 == b60");
    all.put("values that double, ordered", TWICE + "\np if a60 < b60");
    all.put("values that double, as elements", TWICE + "\np := {a60, b60}");
    all.put("values that double, as keys", TWICE + "\np := {a60: 1, b60: 2}");
    all.put("values that double, as JSON", DOUBLED + "\np := json.marshal(a60)");
    all.put("values that double, shown", DOUBLED + "\np := sprintf(\"%v\", [a60])");
    all.put("values that double, printed", DOUBLED + "\np if print(a60)");
    all.put("values that double, walked", DOUBLED + "\np if { walk(a60, [_, v]); v == 2 }");
    all.put("objects that double", chain("{\"a\": 1}", 60, "{\"a\": @, \"b\": @}") + "\np := a60");
    all.put("sets of objects that double", chain("{1}", 60, "{[1, @], [2, @]}") + "\np := a60");
    all.put(
        "unions that double",
        chain("{\"a\": 1}", 60, "object.union_n([{\"l\": @}, {\"r\": @}])") + "\np := a60");
    all.put("arrays that double", chain("[1]", 60, "array.concat(@, @)") + "\np := a60");
    all.put("values that are deep", chain("[1]", 5000, "[@]") + "\np := a5000");
    all.put(
        "values that are deep by a function",
        chain("{}", 5000, "object.union({}, {\"a\": @})") + "\np := a5000");
    all.put(
        "a walk for every item",
        "p if { some i in " + RANGE + "; walk(" + RANGE + ", [_, v]); v == i + 2000 }");
    all.put(
        "a product of sets",
        "p := {[a, b, c] | some a in s; some b in s; some c in s}\n" + "s := " + RANGE);
    all.put(
        "every in every", "p if { every a in r { every b in r { a + b > 0 } } }\nr := " + RANGE);
    all.put(
        "mutual with",
        times(
                40,
                i ->
                    "p%d := y if { x := p%d with input as [input, %d]; y := p%d with input as [input, -%d] }"
                        .formatted(i, i + 1, i, i + 1, i + 1))
            + "\np40 := 1\np if p0");
    return all;
  }

  private static Map<String, String> answered() {
    var all = new TreeMap<String, String>();
    all.put("parentheses", "p := " + "(".repeat(50_000) + "1" + ")".repeat(50_000));
    all.put("brackets", "p := " + "[".repeat(50_000) + "1" + "]".repeat(50_000));
    all.put("open brackets", "p := " + "[".repeat(200_000));
    all.put("open braces", "p := " + "{".repeat(200_000));
    all.put("open braces with bars", "p := " + "{x|".repeat(100_000));
    all.put("braces with colons", "p := " + "{1:".repeat(100_000));
    all.put("powers", chain("10", 60, "@ * @") + "\np := a60");
    all.put(
        "nested comprehensions of comprehensions",
        "p := " + "[x | x := ".repeat(150) + "1" + "]".repeat(150));
    all.put(
        "values that double in one body",
        "p if { x0 := [1]; "
            + times(60, i -> "x%d := [x%d, x%d]".formatted(i + 1, i, i))
            + "\nx60 == [1] }");
    all.put(
        "nested objects that are compared",
        "p if { x := "
            + "{\"a\": ".repeat(90)
            + "1"
            + "}".repeat(90)
            + "; y := "
            + "{\"a\": ".repeat(90)
            + "1"
            + "}".repeat(90)
            + "; x = y }");
    all.put("nested bodies", "p if " + "{x|".repeat(150) + "y" + "}".repeat(150));
    all.put("calls", "p := " + "abs(".repeat(100_000) + "1" + ")".repeat(100_000));
    all.put("calls as deep as may be", "p := " + "abs(".repeat(190) + "1" + ")".repeat(190));
    all.put("a sum", "p := 1" + " + 1".repeat(100_000));
    all.put(
        "a sum in sums", "p := " + ("(" + "1 + ".repeat(400)).repeat(100) + "1" + ")".repeat(100));
    all.put(
        "a sum at the head of sums",
        "p := " + "(".repeat(150) + "1" + (" + 1".repeat(400) + ")").repeat(150));
    all.put("steps of a path", "p := input" + ".a".repeat(100_000));
    all.put("steps in steps", "p := input" + "[input".repeat(10_000) + "]".repeat(10_000));
    all.put("nots", "p if " + "not ".repeat(50_000) + "true");
    all.put("withs", "p if input" + " with input as 1".repeat(20_000));
    all.put("elses", "p := 1 if false\n" + "else := 2 if false\n".repeat(20_000));
    all.put("rules", times(20_000, i -> "p" + i + " := " + i));
    all.put("rules of one name", times(20_000, i -> "p := 1 if input == " + i));
    all.put("rules in a row", times(5_000, i -> "p" + i + " if p" + (i + 1)) + "\np5000 := 1");
    all.put(
        "rules in a row, the other way",
        times(5_000, i -> "p" + (5001 - i) + " if p" + (5000 - i)) + "\np1 := 1");
    all.put(
        "functions in a row",
        times(5_000, i -> "f%d(x) := f%d(x)".formatted(i, i + 1)) + "\nf5000(x) := x\np := f0(1)");
    all.put("a circle of rules", times(3_000, i -> "p%d if p%d".formatted(i, (i + 1) % 3_000)));
    all.put("a circle through data", "p if data.q[x] == 1\nr if data[x][y]");
    all.put("conditions", "p if {\n" + "input.a == 1\n".repeat(50_000) + "}");
    all.put(
        "variables that wait for each other",
        "p if {\n" + times(3_000, i -> "x" + i + " = x" + (i + 1)) + "\nx3000 = 1\n}");
    all.put(
        "variables in one array",
        "p if { ["
            + times(3_000, i -> "x" + i + ",")
            + "] = ["
            + times(3_000, i -> "x" + (i + 1) + ",")
            + "]; x3000 = 1 }");
    all.put("an array", "p := [" + "1, ".repeat(100_000) + "1]");
    all.put("an object", "p := {" + times(30_000, i -> "\"k" + i + "\": 1,") + "}");
    all.put(
        "objects of one shape",
        "p := {"
            + times(3_000, i -> "x" + i + ": 1,")
            + "} = {"
            + times(3_000, i -> "x" + i + ": y" + i + ",")
            + "}");
    all.put("a long string", "p := \"" + "x".repeat(1_000_000) + "\"");
    all.put("a long number", "p := " + "9".repeat(1_000_000));
    all.put("a large exponent", "p := 1e999999999");
    all.put("templates", "p := " + "$`{".repeat(10_000));
    all.put("templates in templates", "p := " + "$\"{".repeat(60) + "1" + "}\"".repeat(60));
    all.put("comments", "# METADATA\n# title: x\n".repeat(20_000) + "p := 1");
    all.put("imports", times(20_000, i -> "import data.a" + i));
    all.put("widths", "p := sprintf(\"%999999999d\", [1])");
    all.put("precisions", "p := sprintf(\"%.999999999f\", [1])");
    all.put("paddings", "p := sprintf(\"%0999999999d%0999999999d\", [1, 2])");
    all.put("an index", "p := sprintf(\"%[999999999]d\", [1])");
    all.put("deep JSON", "p := json.unmarshal(`" + "[".repeat(100_000) + "`)");
    all.put(
        "deep JSON that ends", "p := json.unmarshal(`" + "[".repeat(900) + "]".repeat(900) + "`)");
    all.put(
        "deep JSON in deep JSON",
        "a := json.unmarshal(`"
            + "[".repeat(900)
            + "]".repeat(900)
            + "`)\np := json.unmarshal(json.marshal([a]))");
    all.put(
        "a glob", "p := glob.match(\"" + "{a,".repeat(300) + "}".repeat(300) + "\", [], \"a\")");
    all.put(
        "a glob of stars",
        "p := glob.match(\"" + "*a".repeat(500) + "\", [], \"" + "a".repeat(5_000) + "b\")");
    all.put(
        "a glob of choices",
        "p := glob.match(\"" + "{a,aa}".repeat(100) + "\", [], \"" + "a".repeat(99) + "b\")");
    all.put("a schema that names itself", "p := json.match_schema({}, {\"$ref\": \"#\"})");
    all.put("shifts", "p := bits.lsh(1, 999999999)");
    all.put("units", "p := units.parse_bytes(\"1e999999K\")");
    all.put(
        "a format of a time", "p := time.format([0, \"UTC\", \"" + "2006".repeat(10_000) + "\"])");
    all.put(
        "paths to patch",
        "p := json.patch({}, [{\"op\": \"add\", \"path\": \""
            + "/a".repeat(10_000)
            + "\", \"value\": 1}])");
    all.put(
        "a graph",
        "p := graph.reachable_paths({"
            + times(
                24,
                i ->
                    "\"%d\": [%s],"
                        .formatted(
                            i,
                            IntStream.range(0, 24)
                                .mapToObj(k -> "\"" + k + "\"")
                                .collect(Collectors.joining(","))))
            + "}, [\"0\"])");
    return all;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  @Timeout(value = 60, unit = SECONDS)
  void a_hostile_policy_ends_soon(Attack attack) {
    // of the processor, not of the clock: other work may share the machine
    long start = processor();
    for (var syntax : Syntax.values()) Formatter.format("p.rego", attack.policy, syntax);
    var answer =
        PolicyParser.module("p.rego", attack.policy, Syntax.V1)
            .then(module -> Policies.compile(List.of(module), Setup.plain()))
            .then(policy -> policy.query("x = data.q"))
            .then(query -> both(query));
    long millis = processor() - start;
    assertThat(millis).as("milliseconds").isLessThan(10_000);
    if (!attack.code.isEmpty()) assertThat(answer.toString()).contains(attack.code);
  }

  /** Milliseconds that the processor gave to this thread (proc(5), stat, fields 14 and 15). */
  private static long processor() {
    try {
      String stat = Files.readString(Path.of("/proc/thread-self/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Outcome<Result> both(Query query) {
    var given = Given.nothing().withBounds(BOUNDS).withInput(Value.of(1));
    Outcome<Explanation> explained =
        query.explain(given, Hidden.below(given, List.of(List.of("input"))));
    var answer = query.evaluate(given);
    assertThat(explained.isGranted()).isEqualTo(answer.isGranted());
    // What came out can be shown and compared by who asked.
    assertThat(answer.toString()).isNotEmpty();
    assertThat(explained.toString()).isNotEmpty();
    return answer;
  }

  @Test
  void time_ends_an_evaluation_too() {
    var clock = new AtomicLong();
    String text = "package q\np if { some a in r; some b in r; some c in r; a + b + c < 0 }\n";
    var answer =
        PolicyParser.module("p.rego", text + "r := " + RANGE, Syntax.V1)
            .then((Module module) -> Policies.compile(List.of(module), Setup.plain()))
            .then(policy -> policy.query("data.q.p"))
            .then(
                query ->
                    query.evaluate(
                        Given.nothing()
                            .withBounds(Bounds.DEFAULT.withTime(clock::incrementAndGet, 50))));
    assertThat(answer.toString()).contains("more time than allowed");
    assertThat(RegoCode.REGO_EXHAUSTED.id()).isEqualTo("rego-exhausted");
    assertThat(clock.get()).isBetween(50L, 60L);
  }
}
