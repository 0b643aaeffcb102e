package dev.theca.cli.policy;

import dev.theca.rego.RegoCode;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * One error, as {@code opa} shows it.
 *
 * @param code empty for one of loading
 * @param place of which the file is empty in a query
 * @param line of the text, with the place in it, for what is no policy
 */
record Mistake(String code, String message, Optional<Place> place, Optional<String> line) {
  private static final Pattern PLACE = Pattern.compile("(.*):([0-9]+):([0-9]+)", Pattern.DOTALL);

  /** The file name that the engine gives to queries. */
  private static final String QUERY = "query";

  /** Where. */
  record Place(String file, int row, int column) {
    @Override
    public String toString() {
      return file.isEmpty() ? row + ":" + column : file + ":" + row;
    }
  }

  static Mistake loading(String message) {
    return new Mistake("", message, Optional.empty(), Optional.empty());
  }

  /** A refusal of the engine; the texts of files and of the query, by name, are for the line. */
  static Mistake of(Refusal refusal, Function<String, Optional<String>> texts) {
    if (!(refusal.code() instanceof RegoCode code)) return loading(refusal.toString());
    var found = PLACE.matcher(refusal.what());
    boolean parsed = code == RegoCode.REGO_PARSE || code == RegoCode.REGO_LIMIT;
    if (!found.matches())
      return new Mistake(code.opa(), message(refusal, parsed), Optional.empty(), Optional.empty());
    String file = found.group(1);
    var place =
        new Place(
            file.equals(QUERY) ? "" : file,
            Integer.parseInt(found.group(2)),
            Integer.parseInt(found.group(3)));
    var line =
        parsed
            ? texts.apply(file).flatMap(t -> t.lines().skip(place.row() - 1L).findFirst())
            : Optional.<String>empty();
    return new Mistake(code.opa(), message(refusal, parsed), Optional.of(place), line);
  }

  /** The parser says in two words what it found and expected; all else is said in one. */
  private static String message(Refusal refusal, boolean parsed) {
    return parsed && refusal.next().startsWith("correct: ")
        ? "unexpected " + refusal.found() + ": expected " + refusal.expected()
        : refusal.found();
  }

  @Override
  public String toString() {
    String text = code.isEmpty() ? message : code + ": " + message;
    if (place.isEmpty()) return text;
    return place.get() + ": " + text + line.map(l -> shown(l, place.get().column())).orElse("");
  }

  /** The line without its tabs, and a mark below the place. */
  private static String shown(String line, int column) {
    int tabs = 0;
    while (tabs < line.length() && line.charAt(tabs) == '\t') tabs++;
    return "\n\t"
        + line.substring(tabs)
        + "\n\t"
        + " ".repeat(Math.max(0, column - 1 - tabs))
        + "^";
  }

  JsonValue json() {
    var members = new LinkedHashMap<String, JsonValue>();
    members.put("message", new JsonString(message));
    if (!code.isEmpty()) members.put("code", new JsonString(code));
    place.ifPresent(
        p -> {
          var at = new LinkedHashMap<String, JsonValue>();
          at.put("file", new JsonString(p.file()));
          at.put("row", new JsonNumber(p.row() + ""));
          at.put("col", new JsonNumber(p.column() + ""));
          members.put("location", new JsonObject(at));
        });
    line.ifPresent(
        text -> {
          var details = new LinkedHashMap<String, JsonValue>();
          details.put("line", new JsonString(text));
          int index = place.map(Place::column).orElse(1) - 1;
          details.put("idx", new JsonNumber(index + ""));
          members.put("details", new JsonObject(details));
        });
    return new JsonObject(members);
  }

  /** {@code {"errors": [...]}}. */
  static String json(List<Mistake> all) {
    var list = new JsonArray(all.stream().map(Mistake::json).toList());
    return GoJson.of(new JsonObject(Map.of("errors", list)));
  }

  /** All of them in words. */
  static String text(List<Mistake> all, String when) {
    String before =
        all.size() == 1
            ? "1 error occurred" + when + ": "
            : all.size() + " errors occurred" + when + ":\n";
    return before + String.join("\n", all.stream().map(Mistake::toString).toList());
  }
}
