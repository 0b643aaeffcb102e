package dev.theca.cli.cri;

import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Messages of runtime.v1 from JSON and to JSON, with the names of api.proto, by the table in {@code
 * runtime.v1}. What comes out has every scalar, list and map of its message, and those messages
 * that were present; bytes are base64. What goes in may leave anything out, but a name that the
 * message does not have is a {@link WrongMessage}, so that no setting is ignored.
 */
final class Messages {
  private static final MessageTable TABLE = MessageTable.load();

  /** JSON that is not the message it should be, in words for whoever wrote it. */
  static final class WrongMessage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongMessage(String words) {
      super(words, null, false, false);
    }
  }

  private Messages() {}

  static ProtoWriter encode(String message, JsonObject json) {
    var fields = TABLE.message(message);
    for (String name : json.members().keySet())
      if (fields.stream().noneMatch(f -> f.name().equals(name)))
        throw new WrongMessage("'" + name + "' is no member of " + message);
    var out = new ProtoWriter();
    for (var field : fields)
      json.get(field.name()).ifPresent(value -> write(field, value, out, message));
    return out;
  }

  private static void write(
      MessageTable.Field field, JsonValue value, ProtoWriter out, String message) {
    if (!field.repeated()) {
      one(field, value, out, message);
      return;
    }
    if (!(value instanceof JsonArray(List<JsonValue> items)))
      throw wrong(field, message, "an array");
    if (MessageTable.NUMBERS.contains(field.type()))
      out.varints(field.number(), items.stream().map(i -> number(field, i, message)).toList());
    else if (field.type().equals("string"))
      out.strings(field.number(), items.stream().map(i -> text(field, i, message)).toList());
    else for (JsonValue item : items) one(field, item, out, message);
  }

  private static void one(
      MessageTable.Field field, JsonValue value, ProtoWriter out, String message) {
    int number = field.number();
    switch (field.type()) {
      case "string" -> out.string(number, text(field, value, message));
      case "bytes" -> out.bytes(number, Base64.getDecoder().decode(text(field, value, message)));
      case "i32", "i64", "u64" -> out.varint(number, number(field, value, message));
      case "bool" -> {
        if (!(value instanceof JsonBool(boolean yes))) throw wrong(field, message, "a boolean");
        out.bool(number, yes);
      }
      case "map" -> {
        var entries = new LinkedHashMap<String, String>();
        object(field, value, message)
            .members()
            .forEach((key, item) -> entries.put(key, text(field, item, message)));
        out.map(number, entries);
      }
      default -> {
        var names = TABLE.names(field.type());
        if (names.isEmpty())
          out.message(number, encode(field.type(), object(field, value, message)));
        else out.varint(number, constant(field, value, names, message));
      }
    }
  }

  /** An enum by its name, or by its number as crictl's files have it. */
  private static long constant(
      MessageTable.Field field, JsonValue value, List<String> names, String message) {
    if (value instanceof JsonNumber) return number(field, value, message);
    int at = names.indexOf(text(field, value, message));
    if (at < 0) throw wrong(field, message, "one of " + String.join(", ", names));
    return at;
  }

  private static JsonObject object(MessageTable.Field field, JsonValue value, String message) {
    if (value instanceof JsonObject object) return object;
    throw wrong(field, message, "an object");
  }

  private static String text(MessageTable.Field field, JsonValue value, String message) {
    if (value instanceof JsonString(String text)) return text;
    throw wrong(field, message, "a string");
  }

  private static long number(MessageTable.Field field, JsonValue value, String message) {
    if (value instanceof JsonNumber number && number.toLong().isPresent())
      return number.toLong().get();
    throw wrong(field, message, "an integer");
  }

  private static WrongMessage wrong(MessageTable.Field field, String message, String expected) {
    return new WrongMessage("'" + field.name() + "' of " + message + " is not " + expected);
  }

  static JsonObject decode(String message, ProtoReader in) {
    var fields = TABLE.message(message);
    var members = new LinkedHashMap<String, JsonValue>();
    var lists = new LinkedHashMap<String, List<JsonValue>>();
    var maps = new LinkedHashMap<String, Map<String, String>>();
    for (var field : fields) initial(field, members, lists, maps);
    while (in.next()) {
      int number = in.field();
      for (var field : fields) {
        if (field.number() != number) continue;
        if (field.type().equals("map"))
          in.entry(maps.computeIfAbsent(field.name(), n -> new LinkedHashMap<>()));
        else if (field.repeated())
          lists.computeIfAbsent(field.name(), n -> new ArrayList<>()).addAll(items(field, in));
        else members.put(field.name(), read(field, in));
      }
    }
    lists.forEach((name, items) -> members.put(name, new JsonArray(items)));
    maps.forEach((name, entries) -> members.put(name, strings(entries)));
    return new JsonObject(members);
  }

  private static void initial(
      MessageTable.Field field,
      Map<String, JsonValue> members,
      Map<String, List<JsonValue>> lists,
      Map<String, Map<String, String>> maps) {
    JsonValue empty = JsonArray.of(new JsonValue[0]);
    if (field.repeated()) lists.put(field.name(), new ArrayList<>());
    else if (field.type().equals("map")) maps.put(field.name(), new LinkedHashMap<>());
    else if (MessageTable.NUMBERS.contains(field.type())) empty = JsonNumber.of(0);
    else if (field.type().equals("bool")) empty = new JsonBool(false);
    else if (!TABLE.names(field.type()).isEmpty())
      empty = new JsonString(TABLE.names(field.type()).getFirst());
    else if (MessageTable.TEXTS.contains(field.type())) empty = new JsonString("");
    else return; // a message: absent until it comes
    members.put(field.name(), empty);
  }

  private static List<JsonValue> items(MessageTable.Field field, ProtoReader in) {
    if (!MessageTable.NUMBERS.contains(field.type())) return List.of(read(field, in));
    var numbers = new ArrayList<Long>();
    in.varints(numbers);
    return numbers.stream().<JsonValue>map(JsonNumber::of).toList();
  }

  private static JsonValue read(MessageTable.Field field, ProtoReader in) {
    return switch (field.type()) {
      case "string" -> new JsonString(in.string());
      case "bytes" -> new JsonString(Base64.getEncoder().encodeToString(in.bytes()));
      case "i32" -> JsonNumber.of(in.int32());
      case "i64" -> JsonNumber.of(in.varint());
      case "u64" -> new JsonNumber(Long.toUnsignedString(in.varint()));
      case "bool" -> new JsonBool(in.bool());
      default -> {
        var names = TABLE.names(field.type());
        if (names.isEmpty()) yield decode(field.type(), in.message());
        long constant = in.varint();
        yield constant >= 0 && constant < names.size()
            ? new JsonString(names.get((int) constant))
            : JsonNumber.of(constant);
      }
    };
  }

  private static JsonObject strings(Map<String, String> entries) {
    var members = new LinkedHashMap<String, JsonValue>();
    entries.forEach((key, value) -> members.put(key, new JsonString(value)));
    return new JsonObject(members);
  }
}
