package dev.theca.rego.value;

import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON into values, and values into JSON. */
public final class Values {
  private Values() {}

  /**
   * The value of a document.
   *
   * @throws NumberFormatException for a number beyond {@link NumberValue}'s limits
   */
  public static Value of(JsonValue json) {
    return switch (json) {
      case JsonNull _ -> NullValue.NULL;
      case JsonBool(boolean value) -> Value.of(value);
      case JsonNumber(String literal) -> NumberValue.parse(literal);
      case JsonString(String text) -> new TextValue(text);
      case JsonArray(List<JsonValue> items) -> {
        Value[] values = new Value[items.size()];
        for (int i = 0; i < values.length; i++) values[i] = of(items.get(i));
        yield ArrayValue.owning(values);
      }
      case JsonObject(Map<String, JsonValue> members) -> {
        var values = HashMap.<Value, Value>newHashMap(members.size());
        members.forEach((name, member) -> values.put(new TextValue(name), of(member)));
        yield ObjectValue.owning(values);
      }
    };
  }

  /** The JSON of a value: sets become arrays, keys that are no strings their JSON text. */
  public static JsonValue json(Value value) {
    return switch (value) {
      case NullValue _ -> new JsonNull();
      case BoolValue flag -> new JsonBool(flag.value());
      case NumberValue number -> new JsonNumber(number.literal());
      case TextValue(String text) -> new JsonString(text);
      case ArrayValue array -> list(array);
      case SetValue set -> list(set);
      case ObjectValue object -> {
        var members = new LinkedHashMap<String, JsonValue>();
        object.forEach((key, member) -> members.put(JsonText.name(key), json(member)));
        yield new JsonObject(members);
      }
    };
  }

  private static JsonArray list(Iterable<Value> items) {
    var list = new ArrayList<JsonValue>();
    items.forEach(item -> list.add(json(item)));
    return new JsonArray(list);
  }
}
