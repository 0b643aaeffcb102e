package dev.theca.rego;

import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What no explanation may show: every number and string at given paths of the input or of data,
 * wherever it turns up, also within another string. It does not know values that a policy computes
 * from those, such as a digest of them.
 */
public final class Hidden {
  private static final TextValue MARK = new TextValue("(hidden)");

  private final Set<Value> values = new HashSet<>();
  private final List<String> texts = new ArrayList<>();

  private Hidden() {}

  /** Nothing. */
  public static Hidden nothing() {
    return new Hidden();
  }

  /** All below these paths, such as {@code [["input", "token"]]}. */
  public static Hidden below(Given given, List<List<String>> paths) {
    var hidden = new Hidden();
    for (var path : paths) {
      Value value =
          path.getFirst().equals("input") ? given.input().orElse(NullValue.NULL) : given.data();
      for (String part : path.subList(1, path.size())) {
        if (value != null) value = value.at(Value.of(part));
      }
      if (value != null) hidden.add(value);
    }
    return hidden;
  }

  private void add(Value value) {
    switch (value) {
      case TextValue text -> {
        values.add(text);
        if (!text.text().isEmpty()) texts.add(text.text());
      }
      case NumberValue number -> values.add(number);
      case ArrayValue array -> array.forEach(this::add);
      case SetValue set -> set.forEach(this::add);
      case ObjectValue object -> object.forEach((key, member) -> add(member));
      case NullValue _, BoolValue _ -> {}
    }
  }

  /** The value with everything hidden in it replaced. */
  public Value clean(Value value) {
    if (values.isEmpty()) return value;
    return switch (value) {
      case TextValue(String text) ->
          values.contains(value) || texts.stream().anyMatch(text::contains) ? MARK : value;
      case NumberValue _ -> values.contains(value) ? MARK : value;
      case ArrayValue array -> ArrayValue.of(array.items().stream().map(this::clean).toList());
      case SetValue set -> SetValue.of(set.elements().stream().map(this::clean).toList());
      case ObjectValue object -> {
        var members = new HashMap<Value, Value>();
        object.forEach((key, member) -> members.put(clean(key), clean(member)));
        yield ObjectValue.owning(members);
      }
      case NullValue _, BoolValue _ -> value;
    };
  }
}
