package dev.theca.cli.broker;

import dev.theca.broker.AdminCall;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/** Lists that the broker gives page by page, where the last row says where the next begins. */
final class Pages {
  private Pages() {}

  /**
   * All rows.
   *
   * @param rows the member that holds them
   * @param keys of a row, whose values the next call takes as {@code after_KEY}
   */
  static List<JsonValue> all(Talk talk, AdminCall first, String rows, String... keys) {
    var all = new ArrayList<JsonValue>();
    var call = first;
    while (true) {
      var page = talk.ask(call);
      all.addAll(page.array(rows).orElse(List.of()));
      if (!page.bool("more").orElse(false)
          || all.isEmpty()
          || !(all.getLast() instanceof JsonObject last)) return all;
      call = first;
      for (String key : keys) call = call.with("after_" + key, last.string(key).orElse(""));
    }
  }
}
