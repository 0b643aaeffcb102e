package dev.theca.rego.naive;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Small random policies: rules that need only those before them, with few variables, and values
 * from a world so small that every one can be tried. Heads and conditions name only variables that
 * have values, and most conditions hold for some of them: what does not compile, or finds nothing,
 * compares nothing.
 */
final class Programs {
  private static final String[] VALUES = {"0", "1", "2", "\"a\"", "\"b\"", "true", "false", "null"};

  /** Inputs, as text of the language too. */
  static final List<String> INPUTS =
      List.of(
          "{\"a\": 1, \"b\": [0, 1, 2]}",
          "{\"a\": {\"b\": 1, \"a\": 2}, \"b\": [\"a\", \"b\"]}",
          "{\"a\": [[0, 1], [1, 2]], \"b\": {\"a\": [1], \"b\": []}}",
          "{\"b\": [{\"a\": 1}, {\"a\": 2}, {\"b\": false}]}",
          "[1, \"a\", [1], {\"a\": 1}]",
          "{}",
          "1");

  private record Body(String text, List<String> names) {}

  private final Random chance;
  private final Vocabulary words;
  private final List<String> kinds = new ArrayList<>();

  Programs(long seed) {
    chance = new Random(seed);
    words = new Vocabulary(chance, kinds);
  }

  /** The lines of a policy, without its package: each is a rule. */
  List<String> next() {
    kinds.clear();
    var lines = new ArrayList<String>();
    for (int i = 1 + chance.nextInt(3); i > 0; i--) rule(lines);
    return lines;
  }

  private String one(String... of) {
    return of[chance.nextInt(of.length)];
  }

  private boolean often() {
    return chance.nextInt(3) > 0;
  }

  private void rule(List<String> lines) {
    String name = "r" + kinds.size();
    String kind = one("complete", "complete", "set", "set", "object", "function", "else");
    for (int i = 1 + chance.nextInt(2); i > 0; i--) lines.add(line(name, kind));
    if (kind.equals("complete") && chance.nextInt(3) == 0)
      lines.add("default " + name + " := " + one(VALUES));
    kinds.add(kind);
  }

  private String line(String name, String kind) {
    String parameter = kind.equals("function") ? one("p", "p", "1", "\"a\"") : "";
    var parameters = parameter.equals("p") ? List.of("p") : List.<String>of();
    var body = body(parameters);
    String value = single(body.names());
    return switch (kind) {
      case "set" -> name + " contains " + words.term(2, body.names()) + holds(body);
      case "object" -> {
        String key = words.term(3, body.names());
        yield name + "[" + key + "] := " + (often() ? key : value) + holds(body);
      }
      case "function" -> name + "(" + parameter + ") := " + words.term(2, parameters) + holds(body);
      case "else" -> {
        var other = body(List.of());
        yield name
            + " := "
            + value
            + holds(body)
            + " else := "
            + single(other.names())
            + holds(other);
      }
      default -> name + " := " + value + holds(body);
    };
  }

  private static String holds(Body body) {
    return " if {" + body.text + "}";
  }

  /** A value of which a rule may have but one: rarely one of variables, which have several. */
  private String single(List<String> names) {
    return words.term(2, often() ? List.of() : names);
  }

  private Body body(List<String> more) {
    var conditions = new ArrayList<String>();
    var names = new ArrayList<>(more);
    for (String name : List.of("x", "y")) {
      if (!often()) continue;
      conditions.add(words.binding(name, names));
      names.add(name);
    }
    if (conditions.isEmpty() || chance.nextBoolean()) conditions.add(words.condition(1, names));
    // Before a declaration, a name is another one.
    var others = new ArrayList<>(conditions);
    conditions.removeIf(one -> !declares(one));
    others.removeIf(Programs::declares);
    Collections.shuffle(others, chance);
    conditions.addAll(others);
    return new Body(String.join("; ", conditions), names);
  }

  private static boolean declares(String condition) {
    return condition.startsWith("some ") || condition.contains(":=");
  }
}
