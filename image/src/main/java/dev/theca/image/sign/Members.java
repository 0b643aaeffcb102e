package dev.theca.image.sign;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads an object of a policy whose members are all known: a typo must not become a default. The
 * first fault is kept and given out at {@link #end}.
 */
final class Members {
  /** What is wrong with a policy; caught in {@link PolicyReader} and nowhere else. */
  static final class Bad extends Exception {
    private static final long serialVersionUID = 1L;

    private final String where;
    private final String expected;
    private final String found;

    Bad(String where, String expected, String found) {
      super(where, null, false, false);
      this.where = where;
      this.expected = expected;
      this.found = found;
    }

    <T> Outcome<T> refused() {
      return SignCode.POLICY.refused(
          "image policy, " + where, expected, found, "correct the image policy");
    }
  }

  private final String where;
  private final JsonObject json;

  Members(String where, JsonValue value, Set<String> known) throws Bad {
    this.where = where;
    if (!(value instanceof JsonObject object)) throw new Bad(where, "an object", "another value");
    json = object;
    for (String name : object.members().keySet())
      if (!known.contains(name))
        throw new Bad(
            where,
            "the members " + String.join(", ", known.stream().sorted().toList()),
            "member " + SignCode.shown(name));
  }

  Bad bad(String expected, String found) {
    return new Bad(where, expected, found);
  }

  boolean has(String name) {
    return json.get(name).isPresent();
  }

  Optional<JsonValue> value(String name) {
    return json.get(name);
  }

  Optional<String> text(String name) throws Bad {
    var value = json.get(name);
    if (value.isEmpty()) return Optional.empty();
    if (value.get() instanceof JsonString(String text) && !text.isEmpty()) return Optional.of(text);
    throw bad("a text as " + name, "another value");
  }

  String need(String name) throws Bad {
    var text = text(name);
    if (text.isEmpty()) throw bad("member " + name, "none");
    return text.get();
  }

  List<String> texts(String name) throws Bad {
    var value = json.get(name);
    if (value.isEmpty()) return List.of();
    var list = json.strings(name).orElse(List.of());
    if (list.isEmpty() || list.size() > 64 || list.contains(""))
      throw bad("1 to 64 texts as " + name, "another value");
    return new ArrayList<>(list);
  }

  /** The one of several members that must be there, and alone. */
  String exactlyOne(List<String> names) throws Bad {
    var there = names.stream().filter(this::has).toList();
    if (there.size() != 1)
      throw bad(
          "exactly one of " + String.join(", ", names),
          there.isEmpty() ? "none" : String.join(" and ", there));
    return there.getFirst();
  }
}
