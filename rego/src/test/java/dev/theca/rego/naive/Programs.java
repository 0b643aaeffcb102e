package dev.theca.rego.naive;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * Small random policies: rules that need only those before them, with few variables, and values
 * from a world so small that every one can be tried.
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

  private final Random chance;
  private final List<String> kinds = new ArrayList<>();

  Programs(long seed) {
    chance = new Random(seed);
  }

  /** The lines of a policy, without its package: each is a rule. */
  List<String> next() {
    kinds.clear();
    var lines = new ArrayList<String>();
    for (int i = 1 + chance.nextInt(4); i > 0; i--) rule(lines);
    return lines;
  }

  private String one(String... of) {
    return of[chance.nextInt(of.length)];
  }

  private boolean often() {
    return chance.nextInt(3) > 0;
  }

  private void rule(List<String> lines) {
    int index = kinds.size();
    String name = "r" + index;
    String kind = one("complete", "complete", "set", "object", "function", "else");
    for (int i = 1 + chance.nextInt(2); i > 0; i--) {
      String body = body(List.of());
      lines.add(
          switch (kind) {
            case "set" -> name + " contains " + term(2, vars()) + " if {" + body + "}";
            case "object" ->
                name + "[" + term(3, vars()) + "] := " + term(2, vars()) + " if {" + body + "}";
            case "function" ->
                name
                    + "("
                    + one("p", "p", "1", "\"a\"")
                    + ") := "
                    + term(2, List.of("p", "x"))
                    + " if {"
                    + body(List.of("p"))
                    + "}";
            case "else" ->
                name
                    + " := "
                    + term(2, vars())
                    + " if {"
                    + body
                    + "} else := "
                    + term(2, vars())
                    + " if {"
                    + body(List.of())
                    + "}";
            default -> name + " := " + term(2, vars()) + " if {" + body + "}";
          });
    }
    if (kind.equals("complete") && chance.nextInt(3) == 0)
      lines.add("default " + name + " := " + one(VALUES));
    kinds.add(kind);
  }

  private static List<String> vars() {
    return List.of("x", "y");
  }

  private String body(List<String> more) {
    var conditions = new ArrayList<String>();
    var names = new ArrayList<>(vars());
    names.addAll(more);
    for (String name : vars()) if (often()) conditions.add(binding(name, more));
    for (int i = chance.nextInt(3); i > 0 || conditions.isEmpty(); i--)
      conditions.add(condition(1, names));
    Collections.shuffle(conditions, chance);
    // Before a declaration, a name is another one.
    conditions.sort(Comparator.comparing(one -> !one.startsWith("some ") && !one.contains(":=")));
    if (chance.nextInt(6) == 0) conditions.addFirst("some " + one("x", "y"));
    return String.join("; ", conditions);
  }

  /** A condition that gives a value to a variable. */
  private String binding(String name, List<String> names) {
    return switch (chance.nextInt(7)) {
      case 0 -> "some " + name + " in " + collection(List.of("x"));
      case 1 -> name + " = " + term(2, names.isEmpty() ? List.of("input") : names);
      case 2 -> "input.b[" + name + "]";
      case 3 -> rules("input.b") + "[" + name + "]";
      case 4 -> "input.a[" + name + "] = " + one(VALUES);
      case 5 -> "[" + name + ", " + one("x", "y", "1") + "] = " + reference(List.of("x"));
      default -> rules("input") + "[" + one("x", "y", "\"b\"") + "][" + name + "]";
    };
  }

  private String condition(int depth, List<String> names) {
    String[] vars = names.toArray(String[]::new);
    return switch (chance.nextInt(depth > 2 ? 8 : 13)) {
      case 0, 1 -> one(vars) + " = " + term(1, names);
      case 2 -> reference(names);
      case 3 -> term(1, names) + " " + one("==", "!=", "<", "<=", ">", ">=") + " " + term(1, names);
      case 4 -> term(2, names) + " in " + collection(names);
      case 5 -> "[" + one(vars) + ", " + term(2, names) + "] = " + term(1, names);
      case 6 -> "not " + negated(names);
      case 7 -> reference(names) + " = " + one(vars);
      case 8 -> "some " + one(vars) + " in " + collection(names);
      case 9 -> "some k, v in " + collection(names) + "; k == " + one(vars) + "; v != " + one(vars);
      case 10 -> "every e in " + collection(names) + " { " + condition(3, with(names, "e")) + " }";
      case 11 ->
          condition(3, names).replace(";", "")
              + " with input as "
              + one(INPUTS.toArray(String[]::new));
      default -> assignment(one(vars), names);
    };
  }

  /** Without paths within terms: those are read before, and must be there. */
  private String negated(List<String> names) {
    String[] vars = names.toArray(String[]::new);
    return switch (chance.nextInt(3)) {
      case 0 -> reference(names);
      case 1 -> one(vars) + " " + one("==", "!=", "<", "=") + " " + one(VALUES);
      default -> one(vars) + " in [0, 1, " + one(vars) + "]";
    };
  }

  /** Where the value names the variable, that is another one. */
  private String assignment(String name, List<String> names) {
    var others = names.stream().filter(one -> !one.equals(name)).toList();
    return name + " := " + term(1, others);
  }

  private static List<String> with(List<String> names, String more) {
    var all = new ArrayList<>(names);
    all.add(more);
    return all;
  }

  private String collection(List<String> names) {
    return one(
        "input",
        "input.a",
        "input.b",
        "[0, 1, \"a\"]",
        "{1, 2}",
        "{\"a\": 1}",
        reference(names),
        rules("input.b"));
  }

  /** A document made before, or else. */
  private String rules(String otherwise) {
    if (kinds.isEmpty()) return otherwise;
    int index = chance.nextInt(kinds.size());
    return kinds.get(index).equals("function") ? otherwise : "r" + index;
  }

  private String reference(List<String> names) {
    var ref = new StringBuilder(rules("input"));
    if (often() && ref.charAt(0) != 'i') ref.append("[").append(step(names)).append("]");
    else if (ref.charAt(0) == 'i') ref.append(one(".a", ".b", "[" + step(names) + "]"));
    if (chance.nextBoolean()) ref.append("[").append(step(names)).append("]");
    return ref.toString();
  }

  private String step(List<String> names) {
    return often() ? one(names.toArray(String[]::new)) : one(VALUES);
  }

  private String term(int depth, List<String> names) {
    String[] vars = names.toArray(String[]::new);
    if (depth > 2) return chance.nextBoolean() ? one(vars) : one(VALUES);
    return switch (chance.nextInt(12)) {
      case 0, 1 -> one(VALUES);
      case 2, 3 -> one(vars);
      case 4 -> reference(names);
      case 5 -> "[" + term(depth + 1, names) + ", " + term(depth + 1, names) + "]";
      case 6 -> "{" + term(depth + 1, names) + ", " + term(depth + 1, names) + "}";
      case 7 -> "{\"a\": " + term(depth + 1, names) + "}";
      case 8 -> call(depth, names);
      case 9 -> "count(" + collection(names) + ")";
      case 10 ->
          "{c | " + condition(3, with(names, "c")) + "; c = " + reference(with(names, "d")) + "}";
      default -> "{c: d | d = " + reference(with(names, "c")) + "}";
    };
  }

  private String call(int depth, List<String> names) {
    int index = kinds.lastIndexOf("function");
    String argument = term(depth + 1, names);
    return index >= 0 && often()
        ? "r" + index + "(" + argument + ")"
        : "(" + argument + " " + one("+", "-") + " " + term(depth + 1, names) + ")";
  }
}
