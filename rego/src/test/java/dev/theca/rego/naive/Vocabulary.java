package dev.theca.rego.naive;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What the bodies of {@link Programs} are made of: conditions and terms over known variables. */
final class Vocabulary {
  private static final String[] VALUES = {"0", "1", "2", "\"a\"", "\"b\"", "true", "false", "null"};

  private final Random chance;

  /** Of the rules made before. */
  private final List<String> kinds;

  Vocabulary(Random chance, List<String> kinds) {
    this.chance = chance;
    this.kinds = kinds;
  }

  private String one(String... of) {
    return of[chance.nextInt(of.length)];
  }

  private boolean often() {
    return chance.nextInt(3) > 0;
  }

  /** One of the variables; a value where there is none. */
  private String known(List<String> names) {
    return names.isEmpty() ? one(VALUES) : names.get(chance.nextInt(names.size()));
  }

  /** A condition that gives values to a new variable. */
  String binding(String name, List<String> names) {
    return switch (chance.nextInt(12)) {
      case 0, 1 -> "some " + name + " in " + collection(names);
      case 2 -> name + " = " + term(2, names);
      case 3 -> collected("input.b") + "[" + name + "]";
      case 4 -> collected("input") + "[_][" + name + "]";
      case 5 -> "some " + name + "; " + collected("input") + "[" + name + "] = " + known(names);
      case 6 -> "[" + name + ", 1] = " + one("input.a[_]", "[1, 1]", "[0, 1]");
      case 7 -> name + " = " + collected("input") + "[_]";
      case 8 -> name + " := " + term(1, names);
      case 9 -> "[" + name + ", 1] = [" + term(2, names) + ", 1]";
      case 10 -> "{\"a\": " + name + "} = " + one("input.b[_]", "{\"a\": " + term(2, names) + "}");
      default -> name + " = " + one("[0, 1, 2]", "[\"a\", \"b\"]", "[[1, 2], [1]]") + "[_]";
    };
  }

  String condition(int depth, List<String> names) {
    return switch (chance.nextInt(depth > 2 ? 7 : 12)) {
      case 0, 1, 2 -> about(known(names), names);
      case 3 -> reference(names);
      case 4 -> term(2, names) + " " + one("!=", "<", "<=", ">", ">=") + " " + term(2, names);
      case 5, 6 -> "not " + negated(names);
      case 7 -> "some k, v in " + collection(names) + "; k " + one("!=", "<=") + " v";
      case 8 -> "some " + one("z", "[z, _]", "{\"a\": z}") + " in " + one("input.a", "input.b");
      case 9, 10 -> "every e in " + collection(names) + " { " + about("e", with(names, "e")) + " }";
      default ->
          condition(3, names) + " with input as " + one(Programs.INPUTS.toArray(String[]::new));
    };
  }

  /** What one value is compared with has any type, or its own: others would be refused. */
  private String about(String it, List<String> names) {
    return switch (chance.nextInt(7)) {
      case 0 -> it + " " + one("!=", "<", "<=", ">", ">=") + " " + term(2, names);
      case 1 -> it + " in [0, 1, \"a\", " + term(2, names) + "]";
      case 2 -> it + " in " + collection(names);
      case 3 -> "[" + it + ", n] = [" + it + ", " + term(2, names) + "]";
      case 4 -> it + " " + one("=", "==") + " [0, \"b\", " + it + ", " + known(names) + "][_]";
      case 5 -> it + " = " + collection(names) + "[_]";
      default -> it + " != " + one(VALUES);
    };
  }

  /** Without paths within terms: those are read before, and must be there. */
  private String negated(List<String> names) {
    return switch (chance.nextInt(3)) {
      case 0 -> reference(names);
      case 1 -> known(names) + " " + one("!=", "<", ">") + " " + one(VALUES);
      default -> known(names) + " in [0, 1, " + known(names) + "]";
    };
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
        "[[0, 1], [1, " + known(names) + "]]",
        "{1, 2}",
        "{\"a\": 1, \"b\": 2}",
        "{" + known(names) + ", 1}",
        reference(names),
        collected("input.b"));
  }

  /** A collection made before, or else. */
  private String collected(String otherwise) {
    if (kinds.isEmpty() || !often()) return otherwise;
    int index = chance.nextInt(kinds.size());
    return List.of("set", "object").contains(kinds.get(index)) ? "r" + index : otherwise;
  }

  private String reference(List<String> names) {
    if (!kinds.isEmpty() && often()) {
      int index = chance.nextInt(kinds.size());
      switch (kinds.get(index)) {
        case "function" -> {}
        case "set", "object" -> {
          return "r" + index + (often() ? "[" + step(names) + "]" : "");
        }
        default -> {
          return "r" + index;
        }
      }
    }
    String ref = "input" + one(".a", ".b", "[" + step(names) + "]");
    return chance.nextBoolean() ? ref + "[" + step(names) + "]" : ref;
  }

  private String step(List<String> names) {
    return often() ? known(names) : one(VALUES);
  }

  String term(int depth, List<String> names) {
    if (depth > 2) return often() ? known(names) : one(VALUES);
    return switch (chance.nextInt(14)) {
      case 0 -> one(VALUES);
      case 1, 2, 3 -> known(names);
      case 4 -> reference(names);
      case 5, 6 -> "[" + term(depth + 1, names) + ", " + term(depth + 1, names) + "]";
      case 7 -> "{" + term(depth + 1, names) + ", " + term(depth + 1, names) + "}";
      case 8 -> "{\"a\": " + term(depth + 1, names) + "}";
      case 9 -> call(depth, names);
      case 10 -> "count(" + collection(names) + ")";
      case 11 -> names.contains("c") ? known(names) : comprehension(names);
      case 12 -> "{c | c = " + collection(names) + "[_]}";
      default -> "{c: d | d = " + collected("input") + "[c]}";
    };
  }

  private String comprehension(List<String> names) {
    return "{c | some c in " + collection(names) + "; " + condition(3, with(names, "c")) + "}";
  }

  private String call(int depth, List<String> names) {
    int index = kinds.lastIndexOf("function");
    if (index >= 0 && often()) return "r" + index + "(" + term(depth + 1, names) + ")";
    return chance.nextBoolean()
        ? "(" + number(names) + " " + one("+", "-") + " " + number(names) + ")"
        : "({0, 1, " + known(names) + "} " + one("&", "-") + " {" + known(names) + ", \"a\"})";
  }

  private String number(List<String> names) {
    return one("1", "2", "count(" + collection(names) + ")", "input.a");
  }
}
