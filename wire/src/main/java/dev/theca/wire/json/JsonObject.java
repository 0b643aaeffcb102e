package dev.theca.wire.json;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A JSON object: members in the order they were read or put, each name once. The typed look-ups
 * return empty both for an absent member and for one of another type; {@code require...} says which
 * of the two it was.
 */
public record JsonObject(Map<String, JsonValue> members) implements JsonValue {
  public JsonObject {
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
  }

  public Optional<JsonValue> get(String name) {
    return Optional.ofNullable(members.get(name));
  }

  public Optional<String> string(String name) {
    return members.get(name) instanceof JsonString(String value)
        ? Optional.of(value)
        : Optional.empty();
  }

  public Optional<Long> integer(String name) {
    return members.get(name) instanceof JsonNumber number ? number.toLong() : Optional.empty();
  }

  public Optional<Boolean> bool(String name) {
    return members.get(name) instanceof JsonBool(boolean value)
        ? Optional.of(value)
        : Optional.empty();
  }

  public Optional<JsonObject> object(String name) {
    return members.get(name) instanceof JsonObject object ? Optional.of(object) : Optional.empty();
  }

  public Optional<List<JsonValue>> array(String name) {
    return members.get(name) instanceof JsonArray(List<JsonValue> items)
        ? Optional.of(items)
        : Optional.empty();
  }

  /** The strings of an array member; empty when it is absent or holds anything else. */
  public Optional<List<String>> strings(String name) {
    return array(name)
        .filter(items -> items.stream().allMatch(JsonString.class::isInstance))
        .map(items -> items.stream().map(item -> ((JsonString) item).value()).toList());
  }

  public Outcome<String> requireString(String name) {
    return require(name, "a string", string(name));
  }

  public Outcome<Long> requireInteger(String name) {
    return require(name, "an integer of 64 bits", integer(name));
  }

  public Outcome<Boolean> requireBool(String name) {
    return require(name, "true or false", bool(name));
  }

  public Outcome<JsonObject> requireObject(String name) {
    return require(name, "an object", object(name));
  }

  public Outcome<List<JsonValue>> requireArray(String name) {
    return require(name, "an array", array(name));
  }

  public Outcome<List<String>> requireStrings(String name) {
    return require(name, "an array of strings", strings(name));
  }

  private <T> Outcome<T> require(String name, String expected, Optional<T> value) {
    if (value.isPresent()) return Outcome.granted(value.get());
    JsonValue there = members.get(name);
    String found = there == null ? "absent" : Json.kind(there);
    return Outcome.refused(
        Code.of("bad-json"), "member '" + name + "'", expected, found, "correct the document");
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Collects members; putting a name twice is a fault of the caller. */
  public static final class Builder {
    private final Map<String, JsonValue> members = new LinkedHashMap<>();

    private Builder() {}

    public Builder put(String name, JsonValue value) {
      if (members.put(name, value) != null)
        throw new IllegalArgumentException("member '" + name + "' twice");
      return this;
    }

    public Builder put(String name, String value) {
      return put(name, new JsonString(value));
    }

    public Builder put(String name, long value) {
      return put(name, JsonNumber.of(value));
    }

    public Builder put(String name, boolean value) {
      return put(name, new JsonBool(value));
    }

    public JsonObject build() {
      return new JsonObject(members);
    }
  }
}
