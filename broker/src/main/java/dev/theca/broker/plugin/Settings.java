package dev.theca.broker.plugin;

import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * One table of the configuration while it is read: each key is asked for once by its type; {@link
 * #make} refuses what was wrong, missing, or never asked for. Confined to one thread.
 */
public final class Settings {
  private final String table;
  private final JsonObject json;
  private final Set<String> known = new TreeSet<>(Set.of("name"));
  private final List<Refusal> wrong;

  /** Of a table, called so in refusals. */
  public Settings(String table, JsonObject json) {
    this(table, json, new ArrayList<>());
  }

  private Settings(String table, JsonObject json, List<Refusal> wrong) {
    this.table = table;
    this.json = json;
    this.wrong = wrong;
  }

  /** A text that must be there. */
  public String text(String key) {
    String value = text(key, "");
    if (value.isEmpty() && json.get(key).isEmpty()) wrong(key, "a text", "absent");
    return value;
  }

  /** A text, or another where the key is absent. */
  public String text(String key, String otherwise) {
    return value(key, json.string(key), "a text", otherwise);
  }

  /** False where the key is absent. */
  public boolean flag(String key) {
    return value(key, json.bool(key), "true or false", false);
  }

  /** Empty where the key is absent. */
  public List<String> texts(String key) {
    return value(key, json.strings(key), "a list of texts", List.of());
  }

  /** A file's path; empty when the key is absent. */
  public Optional<Path> file(String key) {
    String path = text(key, "");
    return path.isEmpty() ? Optional.empty() : Optional.of(Path.of(path));
  }

  /** A number within bounds, or another where the key is absent. */
  public long whole(String key, long otherwise, long least, long most) {
    String expected = "a whole number from " + least + " to " + most;
    long value = value(key, json.integer(key), expected, otherwise);
    if (value < least || value > most) wrong(key, expected, Long.toString(value));
    return value;
  }

  /** The tables of a list of tables; their faults are this table's. */
  public List<Settings> tables(String key) {
    var found = new ArrayList<Settings>();
    for (JsonValue item : value(key, json.array(key), "a list of tables", List.<JsonValue>of())) {
      if (item instanceof JsonObject object)
        found.add(new Settings(table + "." + key, object, wrong));
      else wrong(key, "a list of tables", "something else in it");
    }
    return found;
  }

  private <T> T value(String key, Optional<T> found, String expected, T otherwise) {
    known.add(key);
    if (found.isEmpty() && json.get(key).isPresent()) wrong(key, expected, "another type");
    return found.orElse(otherwise);
  }

  /** Notes what is wrong with a key's value. */
  public void wrong(String key, String expected, String found) {
    wrong.add(
        new Refusal(
            PluginCode.BAD_PLUGIN_SETTINGS,
            "setting '" + key + "' of " + table,
            expected,
            found,
            "correct the configuration"));
  }

  /** Takes a value, or notes why there is none and goes on with another. */
  public <T> T take(Outcome<T> outcome, T otherwise) {
    return switch (outcome) {
      case Outcome.Granted<T>(T value) -> value;
      case Outcome.Refused<T>(var reasons) -> {
        wrong.addAll(reasons);
        yield otherwise;
      }
    };
  }

  /** Notes keys that nobody asked for. */
  public void unknown() {
    for (String key : json.members().keySet())
      if (!known.contains(key)) wrong(key, "one of " + String.join(", ", known), "unknown");
  }

  /** What the settings make, once all of them were asked for and none is wrong. */
  public <T> Outcome<T> make(Supplier<Outcome<T>> maker) {
    unknown();
    return wrong.isEmpty() ? maker.get() : Outcome.refused(wrong);
  }
}
