package dev.theca.broker.admin;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One table of a configuration, read key by key. What was wrong is collected, and what was never
 * asked for is refused by name, so that a misspelt key does not silently fall back.
 */
public final class Fields {
  private final Code code;
  private final String what;
  private final JsonObject json;
  private final Set<String> asked = new LinkedHashSet<>();
  private final List<Refusal> wrong = new ArrayList<>();

  /**
   * @param code of the refusals
   * @param what the table, for messages
   */
  public Fields(Code code, String what, JsonObject json) {
    this.code = code;
    this.what = what;
    this.json = json;
  }

  public boolean has(String key) {
    asked.add(key);
    return json.get(key).isPresent();
  }

  /** A text that must be there. */
  public String text(String key) {
    if (!has(key)) wrong(key, "a text", "absent");
    return text(key, "");
  }

  public String text(String key, String otherwise) {
    asked.add(key);
    return switch (json.members().get(key)) {
      case null -> otherwise;
      case JsonString(String value) -> value;
      case JsonValue other -> wrong(key, "a text", "another value", otherwise);
    };
  }

  /** Whether a text is there, for keys that may hold a text or a list. */
  public boolean isText(String key) {
    return json.members().get(key) instanceof JsonString;
  }

  /** A file's path; empty when the key is absent or its text empty. */
  public Optional<Path> file(String key) {
    String path = text(key, "");
    return path.isEmpty() ? Optional.empty() : Optional.of(Path.of(path));
  }

  public boolean flag(String key, boolean otherwise) {
    asked.add(key);
    return switch (json.members().get(key)) {
      case null -> otherwise;
      case JsonBool(boolean value) -> value;
      case JsonValue other -> wrong(key, "true or false", "another value", otherwise);
    };
  }

  public long number(String key, long otherwise, long least, long most) {
    asked.add(key);
    String range = "a whole number from " + least + " to " + most;
    return switch (json.members().get(key)) {
      case null -> otherwise;
      case JsonNumber n when n.toLong().filter(v -> v >= least && v <= most).isPresent() ->
          n.toLong().get();
      case JsonValue other -> wrong(key, range, "another value", otherwise);
    };
  }

  /** Texts; none when absent. */
  public List<String> texts(String key) {
    var out = new ArrayList<String>();
    for (JsonValue item : list(key)) {
      if (item instanceof JsonString(String value)) out.add(value);
      else wrong(key, "a list of texts", "another value in it");
    }
    return out;
  }

  /** Values; none when absent. */
  public List<JsonValue> list(String key) {
    asked.add(key);
    return switch (json.members().get(key)) {
      case null -> List.of();
      case JsonArray(List<JsonValue> items) -> items;
      case JsonValue other -> wrong(key, "a list", "another value", List.of());
    };
  }

  /** A table below; empty when absent. Give it back with {@link #take} when it was read. */
  public Fields table(String key) {
    asked.add(key);
    JsonValue value = json.members().get(key);
    return object(key, value == null ? new JsonObject(Map.of()) : value);
  }

  /** An element of a list as a table. Give it back with {@link #take} when it was read. */
  public Fields object(String key, JsonValue value) {
    if (value instanceof JsonObject object) return new Fields(code, what + "." + key, object);
    wrong(key, "a table", "another value");
    return new Fields(code, what + "." + key, new JsonObject(Map.of()));
  }

  /** What is wrong in a table below, unknown keys included, is wrong here. */
  public void take(Fields below) {
    below.refuseUnknown();
    wrong.addAll(below.wrong);
  }

  public void refuse(List<Refusal> reasons) {
    wrong.addAll(reasons);
  }

  /** Takes a value, or notes why there is none and goes on with another. */
  public <T> T take(Outcome<T> outcome, T otherwise) {
    return switch (outcome) {
      case Outcome.Granted<T>(T value) -> value;
      case Outcome.Refused<T>(var reasons) -> {
        refuse(reasons);
        yield otherwise;
      }
    };
  }

  public void wrong(String key, String expected, String found) {
    wrong.add(new Refusal(code, what + "." + key, expected, found, "correct the configuration"));
  }

  private <T> T wrong(String key, String expected, String found, T instead) {
    wrong(key, expected, found);
    return instead;
  }

  private void refuseUnknown() {
    for (String key : json.members().keySet())
      if (!asked.contains(key))
        wrong.add(
            new Refusal(
                code,
                "key " + Words.shown(key) + " of " + what,
                "one of " + String.join(", ", asked),
                "unknown",
                "correct its spelling or remove it"));
  }

  /** The record that was read, or everything that was wrong. */
  public <T> Outcome<T> done(Supplier<T> made) {
    refuseUnknown();
    return wrong.isEmpty() ? Outcome.granted(made.get()) : Outcome.refused(wrong);
  }

  /** What is made of the record that was read, which may be refused too. */
  public <T> Outcome<T> make(Supplier<Outcome<T>> maker) {
    return done(() -> true).then(everythingIsRight -> maker.get());
  }
}
