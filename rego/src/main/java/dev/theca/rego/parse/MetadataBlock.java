package dev.theca.rego.parse;

import dev.theca.rego.ast.Literal;
import dev.theca.rego.ast.Term;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members of one metadata block, checked and brought into one form. */
final class MetadataBlock {
  private final String text;
  private final ObjectValue raw;
  private final Map<Value, Value> content = new HashMap<>();

  private MetadataBlock(String text, ObjectValue raw) {
    this.text = text;
    this.raw = raw;
  }

  /** A block that makes no sense; the message is the one that OPA gives. */
  static final class Wrong extends Exception {
    private static final long serialVersionUID = 1L;

    final String reason;

    Wrong(String reason) {
      super(reason, null, false, false);
      this.reason = reason;
    }
  }

  /** The members that are set; the scope is among them only where it was written. */
  static Map<Value, Value> read(String text, Value value) throws Wrong {
    if (value instanceof NullValue) return new HashMap<>();
    if (!(value instanceof ObjectValue object)) throw unfit(1, value, "ast.rawAnnotation");
    return new MetadataBlock(text, object).read();
  }

  private Map<Value, Value> read() throws Wrong {
    for (String name : List.of("scope", "title", "description")) {
      String word = string(name, raw.get(name));
      if (!word.isEmpty()) put(name, Value.of(word));
    }
    if (raw.get("entrypoint") instanceof Value given) {
      if (!(given instanceof BoolValue)) throw unfit(line("entrypoint", given), given, "bool");
      if (given.equals(BoolValue.TRUE)) put("entrypoint", given);
    }
    for (Value one : items("organizations", "[]string"))
      add("organizations", Value.of(string("organizations", one)));
    for (Value one : items("related_resources", "[]interface {}"))
      add("related_resources", resource(one));
    for (Value one : items("schemas", "[]map[string]interface {}")) add("schemas", schema(one));
    for (Value one : items("authors", "[]interface {}")) add("authors", author(one));
    for (String name : List.of("custom", "labels")) {
      Value given = raw.get(name);
      if (given == null || given instanceof NullValue) continue;
      if (!(given instanceof ObjectValue object))
        throw unfit(line(name, given), given, "map[string]interface {}");
      if (object.size() > 0) put(name, object);
    }
    return content;
  }

  private void put(String name, Value value) {
    content.put(Value.of(name), value);
  }

  private void add(String name, Value value) {
    content.merge(
        Value.of(name),
        ArrayValue.owning(value),
        (old, more) -> {
          var all = new ArrayList<>(((ArrayValue) old).items());
          all.add(value);
          return ArrayValue.of(all);
        });
  }

  private List<Value> items(String name, String type) throws Wrong {
    Value given = raw.get(name);
    if (given == null || given instanceof NullValue) return List.of();
    if (!(given instanceof ArrayValue array)) throw unfit(line(name, given), given, type);
    return array.items();
  }

  private String string(String name, @Nullable Value given) throws Wrong {
    return switch (given) {
      case null -> "";
      case NullValue _ -> "";
      case TextValue(String word) -> word;
      case BoolValue flag -> flag.toString();
      case NumberValue number -> number.literal();
      case ArrayValue _, ObjectValue _, SetValue _ ->
          throw unfit(line(name, given), given, "string");
    };
  }

  /** The line of the block in which the value begins. */
  private int line(String name, Value given) {
    var lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++)
      if (lines.get(i).startsWith(name + ":")) {
        boolean below = lines.get(i).strip().endsWith(":");
        return i + 1 + (below && !(given instanceof TextValue) ? 1 : 0);
      }
    return 1;
  }

  private static Wrong unfit(int line, Value given, String type) {
    String shown =
        switch (given) {
          case ArrayValue _ -> "!!seq";
          case ObjectValue _, SetValue _ -> "!!map";
          case TextValue(String word) ->
              "!!str `" + (word.length() > 10 ? word.substring(0, 7) + "..." : word) + "`";
          case BoolValue flag -> "!!bool `" + flag + "`";
          case NumberValue number -> "!!int `" + number.literal() + "`";
          case NullValue _ -> "!!null";
        };
    return new Wrong(
        "yaml: unmarshal errors:\n  line "
            + line
            + ": cannot unmarshal "
            + shown
            + " into "
            + type);
  }

  private static Value resource(Value given) throws Wrong {
    String before = "invalid related-resource definition " + plain(given) + ": ";
    return switch (given) {
      case TextValue(String ref) when ref.isEmpty() ->
          throw new Wrong(before + "ref URL may not be empty string");
      case TextValue ref -> ObjectValue.of(Map.of(Value.of("ref"), ref));
      case ObjectValue object -> {
        String ref = text(object, "ref");
        String description = text(object, "description");
        if (ref.isEmpty()) throw new Wrong(before + "'ref' value required in object");
        yield pair("ref", ref, "description", description);
      }
      default -> throw new Wrong(before + "invalid value type, must be string or map");
    };
  }

  private static Value author(Value given) throws Wrong {
    String before = "invalid author definition " + plain(given) + ": ";
    return switch (given) {
      case TextValue(String line) -> {
        var words = line.isBlank() ? List.<String>of() : Arrays.asList(line.strip().split("\\s+"));
        if (words.isEmpty()) throw new Wrong(before + "author is an empty string");
        String last = words.getLast();
        boolean mail = last.length() >= 2 && last.startsWith("<") && last.endsWith(">");
        String name = String.join(" ", mail ? words.subList(0, words.size() - 1) : words);
        yield author(name, mail ? last.substring(1, last.length() - 1) : "");
      }
      case ObjectValue object -> {
        String name = text(object, "name");
        String email = text(object, "email");
        if (name.isEmpty() && email.isEmpty())
          throw new Wrong(before + "'name' and/or 'email' values required in object");
        yield author(name, email);
      }
      default -> throw new Wrong(before + "invalid value type, must be string or map");
    };
  }

  private static Value author(String name, String email) {
    return pair("name", name, "email", email);
  }

  /** The first member, and the second one where it says something. */
  private static Value pair(String first, String value, String second, String more) {
    var members = new HashMap<Value, Value>();
    members.put(Value.of(first), Value.of(value));
    if (!more.isEmpty()) members.put(Value.of(second), Value.of(more));
    return ObjectValue.owning(members);
  }

  private static String text(ObjectValue object, String name) {
    return object.get(name) instanceof TextValue(String text) ? text.strip() : "";
  }

  /** As Go prints a decoded value in such a message. */
  private static String plain(Value given) {
    return given instanceof TextValue(String text) ? text : given.toString();
  }

  private Value schema(Value given) throws Wrong {
    if (!(given instanceof ObjectValue object) || object.size() == 0)
      throw given instanceof ObjectValue
          ? new Wrong("invalid document reference")
          : unfit(line("schemas", given), given, "map[string]interface {}");
    Value key = object.keys().getFirst();
    Value target = object.get(key);
    var members = new HashMap<Value, Value>();
    var path = key instanceof TextValue(String text) ? reference(text) : List.<Value>of();
    if (path.isEmpty()) throw new Wrong("invalid document reference");
    members.put(Value.of("path"), ArrayValue.of(path));
    switch (target) {
      case TextValue(String text) -> {
        var schema = reference(text);
        if (schema.isEmpty() || !schema.getFirst().equals(Value.of("schema")))
          throw new Wrong("invalid schema reference");
        members.put(Value.of("schema"), ArrayValue.of(schema));
      }
      case ObjectValue definition -> members.put(Value.of("definition"), definition);
      case null, default ->
          throw new Wrong("invalid schema declaration for path \"" + plain(key) + "\"");
    }
    return ObjectValue.owning(members);
  }

  /** The parts of a reference, none when it is none. */
  private static List<Value> reference(String text) {
    var parts = new ArrayList<Value>();
    if (!(PolicyParser.query("", text) instanceof Outcome.Granted<List<Literal>>(var body))
        || body.size() != 1
        || !(body.getFirst() instanceof Literal.Condition(var _, var _, Term term, var _)))
      return parts;
    switch (term) {
      case Term.Var(var _, String name) -> parts.add(Value.of(name));
      case Term.Ref(var _, Term.Var(var _, String name), List<Term> steps) -> {
        parts.add(Value.of(name));
        for (Term step : steps) {
          if (!(step instanceof Term.Scalar(var _, JsonString(String word)))) return List.of();
          parts.add(Value.of(word));
        }
      }
      default -> {}
    }
    return parts;
  }
}
