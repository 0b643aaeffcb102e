package dev.theca.cli.broker;

import dev.theca.broker.RefusalText;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Answers as columns for people; what would steer a terminal is made harmless. */
public final class Columns {
  private static final String GAP = "  ";

  private Columns() {}

  /** A row for each object, with these members; words where there is none. */
  public static String of(List<JsonValue> items, String none, String... members) {
    if (items.isEmpty()) return none + "\n";
    var rows = new ArrayList<List<String>>();
    rows.add(
        List.of(members).stream()
            .map(m -> m.replace('_', ' ').replace('-', ' ').toUpperCase(Locale.ROOT))
            .toList());
    for (JsonValue item : items)
      if (item instanceof JsonObject object)
        rows.add(List.of(members).stream().map(m -> cell(object.members().get(m))).toList());
    return aligned(rows);
  }

  /** A line for each member. */
  public static String pairs(JsonObject object) {
    var rows = new ArrayList<List<String>>();
    object
        .members()
        .forEach(
            (name, value) ->
                rows.add(
                    List.of(
                        RefusalText.plain(name).replace('_', ' ').replace('-', ' '), cell(value))));
    return aligned(rows);
  }

  /** A value in a cell. */
  public static String cell(@Nullable JsonValue value) {
    return switch (value) {
      case null -> "-";
      case JsonString(String text) -> text.isEmpty() ? "-" : RefusalText.plain(text);
      case JsonNumber number -> number.literal();
      case JsonBool(boolean yes) -> yes ? "yes" : "no";
      case JsonNull _ -> "-";
      case JsonArray(List<JsonValue> items) ->
          items.isEmpty() ? "-" : String.join(",", items.stream().map(Columns::cell).toList());
      case JsonObject object -> RefusalText.plain(Json.text(object));
    };
  }

  private static String aligned(List<List<String>> rows) {
    int count = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = new int[count];
    for (var row : rows)
      for (int i = 0; i < row.size(); i++) widths[i] = Math.max(widths[i], width(row.get(i)));
    var out = new StringBuilder();
    for (var row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < row.size(); i++)
        line.append(row.get(i)).repeat(' ', widths[i] - width(row.get(i))).append(GAP);
      out.append(line.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
