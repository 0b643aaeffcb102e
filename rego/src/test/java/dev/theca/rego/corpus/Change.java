package dev.theca.rego.corpus;

import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Changes at places of documents that JSON pointers name; a place that is missing is made. */
final class Change {
  private Change() {}

  static Value with(Value document, String pointer, Value value) {
    return at(document, names(pointer), Optional.of(value));
  }

  static Value without(Value document, String pointer) {
    return at(document, names(pointer), Optional.empty());
  }

  private static List<String> names(String pointer) {
    return List.of(pointer.substring(1).split("/"));
  }

  private static Value at(Value document, List<String> names, Optional<Value> value) {
    String name = names.getFirst();
    List<String> rest = names.subList(1, names.size());
    if (document instanceof ArrayValue array) {
      var items = new ArrayList<>(array.items());
      int index = Integer.parseInt(name);
      items.set(index, rest.isEmpty() ? value.orElseThrow() : at(items.get(index), rest, value));
      return ArrayValue.of(items);
    }
    Map<Value, Value> members = new HashMap<>(((ObjectValue) document).members());
    Value key = new TextValue(name);
    if (!rest.isEmpty())
      members.put(key, at(members.getOrDefault(key, ObjectValue.EMPTY), rest, value));
    else if (value.isPresent()) members.put(key, value.get());
    else members.remove(key);
    return ObjectValue.owning(members);
  }
}
