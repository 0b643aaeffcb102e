package dev.theca.node.pod;

import dev.theca.wire.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What stands behind a task, on its way to another program: words, and descriptors they name. */
public record Left(JsonObject json, List<Integer> descriptors) {
  public Left {
    descriptors = List.copyOf(descriptors);
  }

  /** The same with more members and descriptors. */
  Left with(String name, Left other) {
    var all = new ArrayList<>(descriptors);
    all.addAll(other.descriptors);
    var members = JsonObject.builder();
    json.members().forEach(members::put);
    return new Left(members.put(name, other.json).build(), all);
  }
}
