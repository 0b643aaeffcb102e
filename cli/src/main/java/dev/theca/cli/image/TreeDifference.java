package dev.theca.cli.image;

import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What two trees have that differs, by path. */
final class TreeDifference {
  /** One path: only before, only after, or both with other facts. */
  record Change(String path, Map<String, String> before, Map<String, String> after) {
    String text() {
      if (before.isEmpty()) return "+ " + path + "  " + words(after);
      if (after.isEmpty()) return "- " + path + "  " + words(before);
      var parts = new ArrayList<String>();
      names()
          .forEach(
              name ->
                  parts.add(
                      name
                          + " "
                          + before.getOrDefault(name, "none")
                          + " -> "
                          + after.getOrDefault(name, "none")));
      return "~ " + path + "  " + String.join(", ", parts);
    }

    private TreeSet<String> names() {
      var names = new TreeSet<>(before.keySet());
      names.addAll(after.keySet());
      names.removeIf(name -> before.getOrDefault(name, "").equals(after.getOrDefault(name, "")));
      return names;
    }

    private static String words(Map<String, String> facts) {
      var some = new ArrayList<String>();
      for (String name : List.of("type", "mode", "size", "target"))
        if (facts.containsKey(name)) some.add(facts.get(name));
      return String.join(" ", some);
    }

    JsonObject json() {
      return JsonObject.builder()
          .put("path", path)
          .put("change", before.isEmpty() ? "added" : after.isEmpty() ? "removed" : "changed")
          .put("before", object(before))
          .put("after", object(after))
          .build();
    }

    private static JsonValue object(Map<String, String> facts) {
      var object = JsonObject.builder();
      facts.forEach(object::put);
      return object.build();
    }
  }

  private final List<Change> changes = new ArrayList<>();

  private TreeDifference() {}

  static List<Change> of(TreeNode before, TreeNode after) {
    var difference = new TreeDifference();
    difference.same("/", before, after);
    return difference.changes;
  }

  private void same(String path, TreeNode before, TreeNode after) {
    var left = before.facts();
    var right = after.facts();
    if (!left.equals(right)) changes.add(new Change(path, left, right));
    var names = new TreeSet<>(before.children.keySet());
    names.addAll(after.children.keySet());
    for (String name : names) {
      String below = (path.equals("/") ? "" : path) + "/" + TreeNode.readable(name);
      var one = before.children.get(name);
      var other = after.children.get(name);
      if (one != null && other != null) same(below, one, other);
      else if (one != null) only(below, one, true);
      else if (other != null) only(below, other, false);
    }
  }

  private void only(String path, TreeNode node, boolean before) {
    Map<String, String> none = new LinkedHashMap<>();
    changes.add(
        before ? new Change(path, node.facts(), none) : new Change(path, none, node.facts()));
    node.children.forEach(
        (name, child) -> only(path + "/" + TreeNode.readable(name), child, before));
  }
}
