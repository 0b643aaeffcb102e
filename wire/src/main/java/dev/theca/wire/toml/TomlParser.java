package dev.theca.wire.toml;

import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A recursive-descent parser; every refusal names the line. */
final class TomlParser {
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  /**
   * A table under construction: {@code explicit} once its header or inline form was seen; inline
   * ones are closed.
   */
  private static final class Table {
    final Map<String, Object> members = new LinkedHashMap<>();
    boolean explicit;
    boolean closed;
  }

  private static final int MAX_DEPTH = 16;

  private final TomlText text;

  TomlParser(String text) {
    this.text = new TomlText(text);
  }

  JsonObject document() throws Malformed {
    var root = new Table();
    Table current = root;
    for (text.blank(); !text.atEnd(); text.blank()) {
      if (text.take('[')) {
        current = header(root);
      } else {
        pair(current);
      }
      text.endOfLine();
    }
    return json(root);
  }

  private Table header(Table root) throws Malformed {
    boolean array = text.take('[');
    text.space();
    var path = key();
    text.space();
    text.need(']');
    if (array) text.need(']');
    Table parent = root;
    for (String name : path.subList(0, path.size() - 1)) parent = step(parent, name);
    return array ? append(parent, path.getLast()) : define(parent, path.getLast());
  }

  private Table define(Table parent, String name) throws Malformed {
    Object there = parent.members.get(name);
    if (there == null) {
      var table = new Table();
      table.explicit = true;
      parent.members.put(name, table);
      return table;
    }
    if (there instanceof Table table && !table.explicit && !table.closed) {
      table.explicit = true;
      return table;
    }
    throw text.malformed("table '" + name + "' is defined twice");
  }

  @SuppressWarnings("unchecked")
  private Table append(Table parent, String name) throws Malformed {
    Object there = parent.members.computeIfAbsent(name, n -> new ArrayList<Table>());
    if (!(there instanceof List<?>)) throw text.malformed("'" + name + "' is no array of tables");
    var table = new Table();
    table.explicit = true;
    ((List<Table>) there).add(table);
    return table;
  }

  private Table step(Table from, String name) throws Malformed {
    Object there = from.members.computeIfAbsent(name, n -> new Table());
    if (there instanceof Table table && !table.closed) return table;
    if (there instanceof List<?> list && list.getLast() instanceof Table last) return last;
    throw text.malformed("'" + name + "' is no table that can be extended");
  }

  private void pair(Table table) throws Malformed {
    var path = key();
    text.space();
    text.need('=');
    text.space();
    Table target = table;
    for (String name : path.subList(0, path.size() - 1)) target = step(target, name);
    if (target.members.putIfAbsent(path.getLast(), value(0)) != null) {
      throw text.malformed("key '" + path.getLast() + "' is set twice");
    }
  }

  private List<String> key() throws Malformed {
    var path = new ArrayList<String>();
    do {
      text.space();
      path.add(text.peek('"') || text.peek('\'') ? text.quotedKey() : text.bareKey());
      if (path.size() > MAX_DEPTH)
        throw text.malformed("a key of more than " + MAX_DEPTH + " parts");
      text.space();
    } while (text.take('.'));
    return path;
  }

  private Object value(int depth) throws Malformed {
    if (depth > MAX_DEPTH) throw text.malformed("nesting deeper than " + MAX_DEPTH);
    if (text.peek('"') || text.peek('\'')) return new JsonString(text.string());
    if (text.take('[')) return array(depth);
    if (text.take('{')) return inline(depth);
    String word = text.word();
    return switch (word) {
      case "true" -> new JsonBool(true);
      case "false" -> new JsonBool(false);
      default -> integer(word);
    };
  }

  private JsonNumber integer(String word) throws Malformed {
    String digits = word.replaceAll("(?<=[0-9A-Fa-f])_(?=[0-9A-Fa-f])", "");
    try {
      if (digits.matches("[+-]?(0|[1-9][0-9]*)")) return JsonNumber.of(Long.parseLong(digits));
      if (digits.matches("0x[0-9A-Fa-f]+"))
        return JsonNumber.of(Long.parseLong(digits.substring(2), 16));
      if (digits.matches("0o[0-7]+")) return JsonNumber.of(Long.parseLong(digits.substring(2), 8));
      if (digits.matches("0b[01]+")) return JsonNumber.of(Long.parseLong(digits.substring(2), 2));
    } catch (NumberFormatException e) {
      throw text.malformed("the number " + word + " does not fit 64 bits");
    }
    throw text.malformed("'" + word + "' is no string, integer, boolean, array or table");
  }

  private List<Object> array(int depth) throws Malformed {
    var items = new ArrayList<Object>();
    for (text.blank(); !text.take(']'); text.blank()) {
      items.add(value(depth + 1));
      text.blank();
      if (!text.take(',')) {
        text.need(']');
        break;
      }
    }
    return items;
  }

  private Table inline(int depth) throws Malformed {
    var table = new Table();
    text.space();
    if (!text.take('}')) {
      do {
        text.space();
        var path = key();
        text.need('=');
        text.space();
        Table target = table;
        for (String name : path.subList(0, path.size() - 1)) target = step(target, name);
        if (target.members.putIfAbsent(path.getLast(), value(depth + 1)) != null) {
          throw text.malformed("key '" + path.getLast() + "' is set twice");
        }
        text.space();
      } while (text.take(','));
      text.need('}');
    }
    table.explicit = true;
    table.closed = true;
    return table;
  }

  private static JsonObject json(Table table) {
    var members = new LinkedHashMap<String, JsonValue>();
    table.members.forEach((name, value) -> members.put(name, json(value)));
    return new JsonObject(members);
  }

  private static JsonValue json(Object value) {
    return switch (value) {
      case JsonValue json -> json;
      case Table table -> json(table);
      case List<?> list -> new JsonArray(list.stream().map(TomlParser::json).toList());
      default -> throw new IllegalStateException("no TOML value: " + value.getClass());
    };
  }
}
