package dev.theca.rego.compile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What has been declared and seen while a rule is read from top to bottom. */
final class Scopes {
  /** How a name came into a scope. */
  enum Seen {
    /** As an argument of the function. */
    ARGUMENT,
    /** Used without a declaration. */
    USED,
    /** By {@code :=}. */
    ASSIGNED,
    /** By {@code some} or {@code every}. */
    DECLARED
  }

  static final class Scope {
    final Map<String, String> renamed = new HashMap<>();
    final Map<String, Seen> seen = new HashMap<>();
    final Map<String, Integer> count = new HashMap<>();
  }

  private final List<Scope> scopes = new ArrayList<>();

  Scopes() {
    push();
  }

  /** A copy of the outermost scope alone. */
  Scopes copy() {
    var copy = new Scopes();
    copy.top().renamed.putAll(top().renamed);
    copy.top().seen.putAll(top().seen);
    copy.top().count.putAll(top().count);
    return copy;
  }

  void push() {
    scopes.add(new Scope());
  }

  void pop() {
    scopes.removeLast();
  }

  Scope top() {
    return scopes.getLast();
  }

  void insert(String name, String renamed, Seen how) {
    top().renamed.put(name, renamed);
    top().seen.put(name, how);
    top().count.put(name, 1);
  }

  @Nullable String renamed(String name) {
    for (int i = scopes.size() - 1; i >= 0; i--) {
      String found = scopes.get(i).renamed.get(name);
      if (found != null) return found;
    }
    return null;
  }

  /** How it came into the nearest scope that knows it. */
  @Nullable Seen anywhere(String name) {
    for (int i = scopes.size() - 1; i >= 0; i--) {
      Seen found = scopes.get(i).seen.get(name);
      if (found != null) return found;
    }
    return null;
  }

  void count(String name) {
    for (int i = scopes.size() - 1; i >= 0; i--) {
      var scope = scopes.get(i);
      if (scope.count.containsKey(name)) {
        scope.count.merge(name, 1, Integer::sum);
        return;
      }
    }
    top().count.put(name, 1);
  }

  int counted(String name) {
    for (int i = scopes.size() - 1; i >= 0; i--) {
      Integer found = scopes.get(i).count.get(name);
      if (found != null) return found;
    }
    return 0;
  }
}
