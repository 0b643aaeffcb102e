package dev.theca.cli.cri;

import dev.theca.cli.broker.Columns;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Lists for people. */
final class Rows {
  private static final int SHORT_ID = 13;

  private Rows() {}

  static String of(
      Stream<JsonObject> items,
      String none,
      List<String> heads,
      Function<JsonObject, List<String>> row) {
    var rows = items.<JsonValue>map(item -> named(heads, row.apply(item))).toList();
    return Columns.of(rows, none, heads.toArray(String[]::new));
  }

  private static JsonObject named(List<String> heads, List<String> cells) {
    var object = JsonObject.builder();
    for (int i = 0; i < heads.size(); i++) object.put(heads.get(i), cells.get(i));
    return object.build();
  }

  /** A member at a path; ids are cut as people write them. */
  static String text(JsonObject of, String... path) {
    String text = Columns.cell(at(of, path));
    String last = path[path.length - 1];
    return (last.equals("id") || last.equals("pod_sandbox_id")) && text.length() > SHORT_ID
        ? text.substring(0, SHORT_ID)
        : text;
  }

  /** Running, ready, exited: without the words of the enum. */
  static String state(JsonObject of) {
    String state = CriClient.text(of, "state");
    return state.substring(state.indexOf('_') + 1).toLowerCase(java.util.Locale.ROOT);
  }

  static String divided(JsonObject of, long by, String... path) {
    return at(of, path) instanceof JsonNumber number
        ? Long.toString(number.toLong().orElse(0L) / by)
        : "-";
  }

  private static @Nullable JsonValue at(JsonObject of, String... path) {
    JsonValue value = of;
    for (String name : path) {
      if (!(value instanceof JsonObject object) || object.get(name).isEmpty()) return null;
      value = object.get(name).get();
    }
    return value;
  }
}
