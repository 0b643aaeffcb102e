package dev.theca.rego.compile;

import dev.theca.rego.compile.Tree.Apply;
import dev.theca.rego.compile.Tree.Collect;
import dev.theca.rego.compile.Tree.Constant;
import dev.theca.rego.compile.Tree.Elements;
import dev.theca.rego.compile.Tree.Items;
import dev.theca.rego.compile.Tree.Members;
import dev.theca.rego.compile.Tree.Name;
import dev.theca.rego.compile.Tree.Path;
import dev.theca.rego.compile.Tree.Template;
import dev.theca.rego.compile.Variables.Skip;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which variables get a value when two terms are made equal, given those that have one. */
final class Unify {
  private final Set<String> safe;
  private final Set<String> outputs;
  private final Set<String> unified = new LinkedHashSet<>();
  private final Map<String, Set<String>> waiting = new HashMap<>();

  private Unify(Set<String> safe, Set<String> outputs) {
    this.safe = safe;
    this.outputs = outputs;
  }

  static Set<String> bound(Set<String> safe, Set<String> outputs, Tree left, Tree right) {
    var unify = new Unify(safe, outputs);
    unify.unify(left, right);
    return unify.unified;
  }

  private boolean isSafe(String name) {
    return isKnown(name) || unified.contains(name);
  }

  private boolean isKnown(String name) {
    return safe.contains(name) || outputs.contains(name);
  }

  private boolean readable(Tree tree) {
    return switch (tree) {
      case Path(var at, Name(var there, String head), var steps) -> isKnown(head);
      case Path _, Apply _ -> Variables.of(tree, Skip.CLOSURES).stream().allMatch(this::isKnown);
      default -> false;
    };
  }

  private static boolean composite(Tree tree) {
    return tree instanceof Items || tree instanceof Members;
  }

  private void unify(Tree a, Tree b) {
    if (b instanceof Name && !(a instanceof Name)) {
      unify(b, a);
      return;
    }
    switch (a) {
      case Name(var at, String name) -> variable(name, b);
      case Path _, Apply _ -> {
        if (readable(a) && composite(b)) all(b);
      }
      case Collect(var at, var kind, var key, var value, var body) -> {
        boolean fits =
            switch (kind) {
              case ARRAY -> b instanceof Items;
              case OBJECT -> b instanceof Members;
              case SET -> false;
            };
        if (fits) all(b);
      }
      case Items(var at, List<Tree> items) -> {
        if (b instanceof Items(var there, List<Tree> others)) {
          if (items.size() == others.size())
            for (int i = 0; i < items.size(); i++) unify(items.get(i), others.get(i));
        } else if (b instanceof Collect || readable(b)) all(a);
      }
      case Members(var at, List<Tree> entries) -> {
        if (b instanceof Members(var there, List<Tree> others)) {
          if (entries.size() == others.size()) members(entries, others);
        } else if (b instanceof Collect collect
                && collect.kind() == dev.theca.rego.ast.Term.Kind.OBJECT
            || readable(b)) all(a);
      }
      case Constant _, Elements _, Template _ -> {}
    }
  }

  private void members(List<Tree> entries, List<Tree> others) {
    for (int i = 0; i < entries.size(); i += 2)
      for (int k = 0; k < others.size(); k += 2)
        if (Same.term(entries.get(i), others.get(k))) unify(entries.get(i + 1), others.get(k + 1));
  }

  private void variable(String name, Tree b) {
    switch (b) {
      case Name(var at, String other) -> {
        if (isSafe(other)) mark(name);
        else if (isSafe(name)) mark(other);
        else {
          wait(name, other);
          wait(other, name);
        }
      }
      case Items _, Members _ -> {
        if (isSafe(name)) {
          all(b);
          return;
        }
        var open = new HashSet<>(Variables.of(b, Skip.HEADS, Skip.KEYS, Skip.CLOSURES));
        open.removeIf(this::isSafe);
        if (open.isEmpty()) mark(name);
        else open.forEach(other -> wait(name, other));
      }
      case Path _, Apply _ -> {
        if (readable(b)) mark(name);
      }
      case Constant _, Elements _, Collect _, Template _ -> mark(name);
    }
  }

  private void all(Tree tree) {
    Variables.of(tree, Skip.HEADS, Skip.KEYS, Skip.CLOSURES).forEach(this::mark);
  }

  private void wait(String name, String other) {
    waiting.computeIfAbsent(name, _ -> new HashSet<>()).add(other);
  }

  private void mark(String name) {
    if (!unified.add(name) && !waiting.containsKey(name)) return;
    var released = waiting.remove(name);
    if (released != null) released.forEach(this::mark);
    for (String other : Set.copyOf(waiting.keySet())) {
      var needs = waiting.get(other);
      if (needs != null && needs.remove(name) && needs.isEmpty()) {
        waiting.remove(other);
        mark(other);
      }
    }
  }
}
