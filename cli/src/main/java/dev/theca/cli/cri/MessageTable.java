package dev.theca.cli.cri;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The table of messages and enums; its format is at the head of the file {@code runtime.v1}. */
final class MessageTable {
  /** One field; {@code type} is a scalar, {@code map}, an enum or a message. */
  record Field(int number, String name, boolean repeated, String type) {}

  static final Set<String> NUMBERS = Set.of("i32", "i64", "u64");
  static final Set<String> TEXTS = Set.of("string", "bytes");

  private final Map<String, List<Field>> messages = new HashMap<>();
  private final Map<String, List<String>> enums = new HashMap<>();

  private MessageTable() {}

  static MessageTable load() {
    try (var in = MessageTable.class.getResourceAsStream("runtime.v1")) {
      if (in == null) throw new IllegalStateException("the table of messages is not in the jar");
      var table = new MessageTable();
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(table::line);
      table.check();
      return table;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the table of messages", e);
    }
  }

  private void line(String line) {
    int equals = line.indexOf('=');
    String name = line.substring(0, equals).strip();
    String rest = line.substring(equals + 1).strip();
    if (name.startsWith("enum ")) {
      enums.put(name.substring(5), List.of(rest.split(" ")));
      return;
    }
    var fields = new ArrayList<Field>();
    if (!rest.isEmpty()) for (String field : rest.split(", ")) fields.add(field(field));
    messages.put(name, fields);
  }

  private static Field field(String text) {
    String[] words = text.split(" ");
    boolean repeated = words[2].startsWith("*");
    return new Field(
        Integer.parseInt(words[0]), words[1], repeated, words[2].substring(repeated ? 1 : 0));
  }

  private void check() {
    for (var fields : messages.values())
      for (var field : fields)
        if (!NUMBERS.contains(field.type)
            && !TEXTS.contains(field.type)
            && !Set.of("bool", "map").contains(field.type)
            && !enums.containsKey(field.type)
            && !messages.containsKey(field.type))
          throw new IllegalStateException("no type " + field.type);
  }

  List<Field> message(String name) {
    var fields = messages.get(name);
    if (fields == null) throw new IllegalArgumentException("no message " + name);
    return fields;
  }

  /** The constants of an enum, counted from 0; none when this is no enum. */
  List<String> names(String type) {
    return enums.getOrDefault(type, List.of());
  }
}
