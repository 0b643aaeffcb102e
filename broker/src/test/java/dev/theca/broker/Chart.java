package dev.theca.broker;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As much of the template language as our chart uses; what it does not know is a mistake. */
final class Chart {
  private static final Pattern ACTION =
      Pattern.compile("(\\s*)\\{\\{(-?) *(.*?) *}}", Pattern.DOTALL);
  private static final Pattern TOKEN = Pattern.compile("\"[^\"]*\"|[()|]|[^\\s()|]+");

  private final Map<String, JsonValue> names = new HashMap<>();
  private final Deque<Boolean> shown = new ArrayDeque<>();

  /** The chart refuses these values. */
  static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Failed(String message) {
      super(message);
    }
  }

  Chart(JsonObject values) {
    names.put(".Values", values);
    names.put(".Release", JsonObject.builder().put("Name", "test").build());
    names.put("$.Template", JsonObject.builder().put("BasePath", "templates").build());
  }

  String render(String template) {
    var out = new StringBuilder();
    int at = 0;
    for (var found : ACTION.matcher(template).results().toList()) {
      String before = template.substring(at, found.start());
      boolean trims = !found.group(2).isEmpty();
      emit(out, trims ? before : before + found.group(1));
      action(out, found.group(3));
      at = found.end();
    }
    emit(out, template.substring(at));
    return out.toString();
  }

  private boolean isShown() {
    return !shown.contains(false);
  }

  private void emit(StringBuilder out, String text) {
    if (isShown()) out.append(text);
  }

  private void action(StringBuilder out, String text) {
    String word = text.split("\\s", 2)[0];
    switch (word) {
      case "if" -> shown.push(isShown() && truth(value(text.substring(2))));
      case "with" -> {
        var value = isShown() ? value(text.substring(4)) : new JsonString("");
        names.put(".", value);
        shown.push(truth(value));
      }
      case "else" -> shown.push(!shown.pop());
      case "end" -> shown.pop();
      case "fail" -> {
        if (isShown()) throw new Failed(text);
      }
      default -> {
        if (!isShown()) return;
        int set = text.indexOf(":=");
        if (set > 0) names.put(text.substring(0, set).strip(), value(text.substring(set + 2)));
        else out.append(Matcher.quoteReplacement(text(value(text))).replace("\\$", "$"));
      }
    }
  }

  private static boolean truth(JsonValue value) {
    return !text(value).matches("|false|\\{}|0");
  }

  private static String text(JsonValue value) {
    return value instanceof JsonString(String text) ? text : Json.text(value);
  }

  private JsonValue value(String expression) {
    var tokens = new ArrayDeque<>(TOKEN.matcher(expression).results().map(r -> r.group()).toList());
    var value = pipe(tokens);
    if (!tokens.isEmpty()) throw new IllegalArgumentException(expression);
    return value;
  }

  private JsonValue pipe(Deque<String> tokens) {
    var value = call(tokens, List.of());
    while ("|".equals(tokens.peek())) {
      tokens.pop();
      value = call(tokens, List.of(value));
    }
    return value;
  }

  private JsonValue call(Deque<String> tokens, List<JsonValue> last) {
    if (!tokens.peek().matches("[a-zA-Z0-9]+")) return operand(tokens);
    String function = tokens.pop();
    var given = new ArrayList<JsonValue>();
    while (!tokens.isEmpty() && !tokens.peek().matches("[)|]")) given.add(operand(tokens));
    given.addAll(last);
    var words = given.stream().map(Chart::text).toList();
    return new JsonString(
        switch (function) {
          case "eq" -> words.get(0).equals(words.get(1)) + "";
          case "ne" -> !words.get(0).equals(words.get(1)) + "";
          case "not" -> !truth(given.getFirst()) + "";
          case "and" -> given.stream().allMatch(Chart::truth) + "";
          case "contains" -> words.get(1).contains(words.get(0)) + "";
          case "print" -> String.join("", words);
          case "toYaml" -> words.getFirst(); // JSON is YAML
          case "indent" -> words.get(1).indent(Integer.parseInt(words.get(0))).stripTrailing();
          case "nindent" ->
              "\n" + words.get(1).indent(Integer.parseInt(words.get(0))).stripTrailing();
          case "include" -> words.getFirst();
          case "sha256sum" ->
              dev.theca.wire.Digest.sha256(
                      words.getFirst().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                  .hex();
          default -> throw new IllegalArgumentException("function " + function);
        });
  }

  private JsonValue operand(Deque<String> tokens) {
    String token = tokens.pop();
    if (token.equals("(")) {
      var inner = pipe(tokens);
      if (!")".equals(tokens.pop())) throw new IllegalArgumentException("no )");
      return inner;
    }
    if (token.startsWith("\"")) return new JsonString(token.substring(1, token.length() - 1));
    if (token.matches("[0-9]+")) return new JsonString(token);
    if (names.containsKey(token)) return names.get(token);
    if (token.equals(".")) return new JsonString("");
    int second = token.indexOf('.', 1);
    if (token.startsWith("$.")) second = token.indexOf('.', 2);
    if (second < 0 || !(names.get(token.substring(0, second)) instanceof JsonObject at))
      throw new IllegalArgumentException("name " + token);
    JsonValue value = at;
    for (String part : token.substring(second + 1).split("\\."))
      value = ((JsonObject) value).get(part).orElseThrow(() -> new IllegalArgumentException(token));
    return value;
  }
}
