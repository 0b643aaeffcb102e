package dev.theca.rego.compile;

import dev.theca.rego.Location;
import dev.theca.rego.compile.Tree.Collect;
import dev.theca.rego.compile.Tree.Name;
import dev.theca.rego.compile.Tree.Path;
import dev.theca.rego.compile.Tree.Template;
import dev.theca.rego.compile.Variables.Skip;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Stage: conditions in an order in which every variable has a value where one is needed. A
 * condition keeps its place unless it must wait; what can never run is refused.
 */
final class Safety {
  /** Conditions that are looked at for a place in the order, again and again. */
  private static final int MOST = 3_000_000;

  private static final Set<String> KEYWORDS = Set.of("if", "in", "contains", "every");

  private final Functions functions;
  private final Findings findings;
  private int attempts;

  Safety(Functions functions, Findings findings) {
    this.functions = functions;
    this.findings = findings;
  }

  private static final class Unsafe {
    final Map<Expr, Set<String>> names = new IdentityHashMap<>();
    final List<Expr> order = new ArrayList<>();

    Set<String> of(Expr expr) {
      var known = names.get(expr);
      if (known == null) {
        known = new TreeSet<>();
        names.put(expr, known);
        order.add(expr);
      }
      return known;
    }

    void remove(Expr expr) {
      names.remove(expr);
      order.remove(expr);
    }
  }

  /** What a body makes of variables, and in which order; nothing where it was refused. */
  List<Expr> body(Set<String> globals, List<Expr> body) {
    var unsafe = new Unsafe();
    var done = reordered(globals, body, unsafe);
    report(unsafe);
    return done;
  }

  private List<Expr> reordered(Set<String> globals, List<Expr> body, Unsafe unsafe) {
    var bodyNames = Variables.ofBody(body, Skip.CLOSURES);
    var safe = new HashSet<>(globals);
    for (Expr expr : body) {
      for (String name : Variables.of(expr, Skip.CLOSURES))
        if (!safe.contains(name)) unsafe.of(expr).add(name);
    }
    var done = new ArrayList<Expr>();
    var made = new HashSet<String>();
    var waiting = new ArrayList<>(body);
    boolean moved = true;
    boolean early = false;
    while ((moved || early) && !waiting.isEmpty()) {
      moved = false;
      boolean held = false;
      for (var each = waiting.iterator(); each.hasNext(); ) {
        if (++attempts > MOST) {
          if (attempts == MOST + 1) findings.limit(each.next().at());
          return List.of();
        }
        Expr expr = each.next();
        var outputs = outputs(expr, safe);
        var closed = new HashSet<>(Variables.inClosures(expr));
        closed.retainAll(bodyNames);
        closed.removeAll(globals);
        closed.removeAll(made);
        if (!closed.isEmpty()) {
          if (closed.equals(outputs)) continue;
          unsafe.names.put(expr, new TreeSet<>(closed));
          if (!unsafe.order.contains(expr)) unsafe.order.add(expr);
        }
        var open = unsafe.names.get(expr);
        if (open != null) {
          open.removeIf(name -> outputs.contains(name) || safe.contains(name));
          if (!open.isEmpty()) continue;
        }
        // What its closures needed hides what it needs itself: others go first where they can.
        if (!early && !safe.containsAll(needed(expr, outputs))) {
          held = true;
          continue;
        }
        unsafe.remove(expr);
        done.add(expr);
        safe.addAll(outputs);
        made.addAll(outputs);
        each.remove();
        moved = true;
        if (early) break;
      }
      early = !moved && held;
    }
    return closures(globals, done, unsafe);
  }

  private static Set<String> needed(Expr expr, Set<String> outputs) {
    var needed = new HashSet<>(Variables.of(expr, Skip.CLOSURES));
    needed.removeAll(outputs);
    return needed;
  }

  /** The same for comprehensions and {@code every}, which see what stands before them. */
  private List<Expr> closures(Set<String> globals, List<Expr> ordered, Unsafe unsafe) {
    var seen = new HashSet<>(globals);
    var done = new ArrayList<Expr>();
    Expr before = null;
    for (Expr expr : ordered) {
      if (before != null) seen.addAll(Variables.of(before, Skip.CLOSURES));
      done.add(closure(seen, expr, unsafe));
      before = expr;
    }
    return done;
  }

  private Expr closure(Set<String> seen, Expr expr, Unsafe unsafe) {
    Expr mapped = Exprs.map(expr, tree -> closure(seen, expr, tree, unsafe), body -> body);
    if (!(mapped.form() instanceof Expr.Every every)) return mapped;
    var inner = new HashSet<>(seen);
    if (every.key() != null) inner.add(every.key());
    inner.add(every.value());
    var body = reordered(inner, every.body(), unsafe);
    return mapped.with(new Expr.Every(every.key(), every.value(), every.collection(), body));
  }

  private Tree closure(Set<String> seen, Expr owner, Tree tree, Unsafe unsafe) {
    if (!(tree instanceof Collect(var at, var kind, Tree key, Tree value, List<Expr> body)))
      return tree.map(one -> closure(seen, owner, one, unsafe), same -> same);
    var there = Variables.ofBody(body, Skip.CLOSURES);
    var needed = new HashSet<>(Variables.of(value));
    if (key != null) needed.addAll(Variables.of(key));
    for (String name : needed)
      if (!there.contains(name) && !seen.contains(name)) unsafe.of(owner).add(name);
    return new Collect(at, kind, key, value, reordered(seen, body, unsafe));
  }

  /** The variables that a condition gives values to, once those in {@code safe} have theirs. */
  private Set<String> outputs(Expr expr, Set<String> safe) {
    if (expr.negated()) return Set.of();
    for (var with : expr.withs())
      if (!safe.containsAll(Variables.of(with.value(), Skip.CLOSURES))) return Set.of();
    return switch (expr.form()) {
      case Expr.Single(Tree term) -> read(List.of(term), safe);
      case Expr.Every every -> read(List.of(every.collection()), safe);
      case Expr.Invoke call -> called(expr, call, safe);
      case Expr.Some _, Expr.SomeIn _ -> Set.of();
    };
  }

  private Set<String> called(Expr expr, Expr.Invoke call, Set<String> safe) {
    var outputs = new HashSet<>(read(call.arguments(), safe));
    if (expr.isEq()) {
      var arguments = call.arguments();
      outputs.addAll(Unify.bound(safe, outputs, arguments.getFirst(), arguments.getLast()));
      outputs.removeIf(safe::contains);
      return outputs;
    }
    int arity = functions.arity(call.name());
    if (arity < 0) return Set.of();
    if (arity >= call.arguments().size()) return outputs;
    Skip[] skips = {Skip.CLOSURES, Skip.SETS, Skip.KEYS, Skip.HEADS};
    var inputs = new HashSet<>(Variables.of(call.arguments().subList(0, arity), skips));
    inputs.removeAll(outputs);
    inputs.removeAll(safe);
    if (!inputs.isEmpty()) return Set.of();
    outputs.addAll(Variables.of(call.arguments().subList(arity, call.arguments().size()), skips));
    return outputs;
  }

  /** Variables in the steps of paths whose heads have values. */
  private static Set<String> read(List<Tree> trees, Set<String> safe) {
    var outputs = new HashSet<String>();
    for (Tree tree : trees) read(tree, safe, outputs);
    return outputs;
  }

  private static void read(Tree tree, Set<String> safe, Set<String> outputs) {
    switch (tree) {
      case Collect _, Template _ -> {}
      case Path(var at, Tree head, List<Tree> steps) -> {
        boolean readable =
            head instanceof Name(var there, String name)
                ? safe.contains(name)
                : safe.containsAll(Variables.of(head, Skip.CLOSURES));
        if (!readable) return;
        outputs.addAll(Variables.of(steps, Skip.HEADS));
        for (Tree step : steps) read(step, safe, outputs);
      }
      default -> Variables.children(tree).forEach(child -> read(child, safe, outputs));
    }
  }

  private void report(Unsafe unsafe) {
    var places = new LinkedHashMap<String, Location>();
    for (Expr expr : unsafe.order) {
      for (String name : unsafe.names.getOrDefault(expr, Set.of()))
        places.merge(name, expr.at(), (a, b) -> ORDER.compare(a, b) <= 0 ? a : b);
    }
    boolean named = false;
    var sorted = new TreeMap<Location, List<String>>(ORDER);
    places.forEach((name, at) -> sorted.computeIfAbsent(at, _ -> new ArrayList<>()).add(name));
    for (var entry : sorted.entrySet()) {
      for (String name : entry.getValue()) {
        if (Names.isGenerated(name)) continue;
        named = true;
        String shown = Names.original(name);
        findings.unsafe(
            entry.getKey(),
            "var "
                + shown
                + " is unsafe"
                + (KEYWORDS.contains(shown)
                    ? " (hint: `import future.keywords." + shown + "` to import a future keyword)"
                    : ""),
            "give " + shown + " a value in a condition that is not negated");
      }
    }
    if (!named)
      for (Location at : sorted.keySet())
        findings.unsafe(at, "expression is unsafe", "give its variables values first");
  }

  static final Comparator<Location> ORDER =
      Comparator.comparing(Location::file)
          .thenComparing(Location::line)
          .thenComparing(Location::column);
}
