package dev.theca.cli.policy;

import dev.theca.rego.Result;
import dev.theca.rego.Result.Expression;
import dev.theca.rego.Result.Solution;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.JsonText;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import dev.theca.rego.value.Values;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The forms in which {@code opa eval} shows a result; each ends with a line end, or is empty. */
final class Shown {
  /** A cell of a table is cut behind so many characters. */
  private static final int CELL = 80;

  private Shown() {}

  static String json(Result result) {
    var members = new LinkedHashMap<String, JsonValue>();
    var solutions = result.solutions().stream().map(Shown::solution).toList();
    if (!solutions.isEmpty()) members.put("result", new JsonArray(solutions));
    return GoJson.of(new JsonObject(members)) + "\n";
  }

  private static JsonValue solution(Solution solution) {
    var members = new LinkedHashMap<String, JsonValue>();
    members.put(
        "expressions",
        new JsonArray(solution.expressions().stream().map(Shown::expression).toList()));
    if (!solution.bindings().isEmpty()) members.put("bindings", bindings(solution));
    return new JsonObject(members);
  }

  private static JsonValue expression(Expression expression) {
    var at = new LinkedHashMap<String, JsonValue>();
    at.put("row", new JsonNumber(expression.at().line() + ""));
    at.put("col", new JsonNumber(expression.at().column() + ""));
    var members = new LinkedHashMap<String, JsonValue>();
    members.put("value", Values.json(expression.value()));
    members.put("text", new JsonString(expression.text()));
    members.put("location", new JsonObject(at));
    return new JsonObject(members);
  }

  private static JsonObject bindings(Solution solution) {
    var members = new TreeMap<String, JsonValue>();
    solution.bindings().forEach((name, value) -> members.put(name, Values.json(value)));
    return new JsonObject(new LinkedHashMap<>(members));
  }

  static String bindings(Result result) {
    return result.solutions().stream()
        .map(solution -> GoJson.of(bindings(solution)) + "\n")
        .collect(Collectors.joining());
  }

  static String values(Result result) {
    return result.solutions().stream()
        .map(s -> s.expressions().stream().map(e -> Values.json(e.value())).toList())
        .map(values -> GoJson.of(new JsonArray(values)) + "\n")
        .collect(Collectors.joining());
  }

  static String raw(Result result) {
    return result.solutions().stream()
        .map(
            s ->
                s.expressions().stream()
                    .map(e -> raw(e.value()))
                    .collect(Collectors.joining(" ", "", "\n")))
        .collect(Collectors.joining());
  }

  private static String raw(Value value) {
    return value instanceof TextValue(String text) ? text : JsonText.of(value);
  }

  static String discard(Result result) {
    Map<String, JsonValue> members =
        result.solutions().isEmpty() ? Map.of() : Map.of("result", new JsonString("discarded"));
    return GoJson.of(new JsonObject(members)) + "\n";
  }

  static String pretty(Result result) {
    if (result.solutions().isEmpty()) return "undefined\n";
    var first = result.solutions().getFirst();
    var expressions = first.expressions();
    if (result.solutions().size() == 1
        && first.bindings().isEmpty()
        && (expressions.size() == 1 || expressions.stream().allMatch(Shown::isTruth)))
      return GoJson.of(Values.json(expressions.getFirst().value())) + "\n";
    return table(result, first);
  }

  private static boolean isTruth(Expression expression) {
    return expression.value() instanceof BoolValue;
  }

  /** A column for every variable, and for every condition that says more than that it holds. */
  private static String table(Result result, Solution first) {
    var names = first.bindings().keySet().stream().sorted().toList();
    var columns = new ArrayList<Integer>();
    for (int i = 0; i < first.expressions().size(); i++)
      if (names.isEmpty() || !isTruth(first.expressions().get(i))) columns.add(i);
    var header = new ArrayList<>(names);
    for (int i : columns) header.add(first.expressions().get(i).text());
    var rows = new ArrayList<List<String>>();
    for (Solution solution : result.solutions()) {
      var row = new ArrayList<String>();
      for (String name : names) {
        Value value = solution.bindings().get(name);
        row.add(value == null ? "null" : cell(value));
      }
      for (int i : columns) row.add(cell(solution.expressions().get(i).value()));
      rows.add(row);
    }
    return Table.of(header, rows);
  }

  private static String cell(Value value) {
    String text = JsonText.of(value);
    return text.length() > CELL ? text.substring(0, CELL) + "..." : text;
  }
}
