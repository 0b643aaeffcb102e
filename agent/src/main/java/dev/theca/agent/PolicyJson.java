package dev.theca.agent;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.kbs.KbsUri;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Members of a policy, read strictly: another type or value than expected is {@link Malformed}. */
final class PolicyJson {
  /** Says what was expected. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String expected) {
      super(expected);
    }
  }

  private PolicyJson() {}

  static int mode(JsonObject json, String usual) throws Malformed {
    String mode = json.string("mode").orElse(usual);
    if (!mode.matches("0?[0-7]{3}")) throw new Malformed("mode as octal digits");
    return Integer.parseInt(mode, 8);
  }

  /** Empty where the policy says nothing: the container's user. */
  static OptionalInt owner(JsonObject json, String name) throws Malformed {
    return json.get(name).isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(number(json, name, Integer.MAX_VALUE));
  }

  static boolean flag(JsonObject json, String name) throws Malformed {
    if (json.get(name).isEmpty()) return false;
    var value = json.bool(name);
    if (value.isEmpty()) throw new Malformed(name + " true or false");
    return value.get();
  }

  /**
   * True for the first word (also when nothing is said: the stricter one), false for the second.
   */
  static boolean choice(JsonObject json, String name, String strict, String open) throws Malformed {
    String value = json.string(name).orElse(strict);
    if (!value.equals(strict) && !value.equals(open))
      throw new Malformed(name + " " + strict + " or " + open);
    return value.equals(strict);
  }

  static KbsUri uri(String text) throws Malformed {
    if (KbsUri.parse(text) instanceof Outcome.Granted<KbsUri>(var uri)) return uri;
    throw new Malformed("kbs:///repository/type/tag for each resource");
  }

  static List<JsonObject> objects(JsonObject json, String name) throws Malformed {
    var list = new ArrayList<JsonObject>();
    for (JsonValue item : json.array(name).orElse(List.of())) {
      if (!(item instanceof JsonObject object)) throw new Malformed("objects in " + name);
      list.add(object);
    }
    return list;
  }

  static String text(JsonObject json, String name) throws Malformed {
    Optional<String> value = json.string(name);
    if (value.isEmpty()) throw new Malformed("a text " + name);
    return value.get();
  }

  static int number(JsonObject json, String name, int max) throws Malformed {
    long value = json.integer(name).orElse(0L);
    if (value < 0 || value > max) throw new Malformed(name + " of 0 to " + max);
    return (int) value;
  }

  static void known(JsonObject json, Set<String> names) throws Malformed {
    for (String name : json.members().keySet()) {
      if (!names.contains(name)) throw new Malformed("members " + names + ", without " + name);
    }
  }

  /** Texts; empty when nothing is said. */
  static List<String> texts(JsonObject json, String name) throws Malformed {
    if (json.get(name).isEmpty()) return List.of();
    var texts = json.strings(name);
    if (texts.isEmpty()) throw new Malformed("texts in " + name);
    return texts.get();
  }
}
