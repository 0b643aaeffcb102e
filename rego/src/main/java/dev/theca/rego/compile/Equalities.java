package dev.theca.rego.compile;

import dev.theca.rego.compile.Tree.Collect;
import dev.theca.rego.compile.Tree.Items;
import dev.theca.rego.compile.Tree.Members;
import dev.theca.rego.compile.Tree.Name;
import dev.theca.rego.compile.Tree.Path;
import dev.theca.rego.run.Pattern;
import dev.theca.rego.run.Step;
import dev.theca.rego.run.Tests;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The steps that make two terms equal, and give variables values by it. */
final class Equalities {
  private final Slots slots;
  private final Operands operands;
  private final Reading reading;
  private final List<Step> out;

  Equalities(Slots slots, Operands operands, Reading reading, List<Step> out) {
    this.slots = slots;
    this.operands = operands;
    this.reading = reading;
    this.out = out;
  }

  private record Pair(Tree left, Tree right) {}

  /** Makes two terms equal; pairs of which neither side has a value wait for the others. */
  void unify(Expr expr, Tree left, Tree right) {
    Deque<Pair> pairs = new ArrayDeque<>();
    pairs.add(new Pair(left, right));
    int waited = 0;
    while (!pairs.isEmpty()) {
      var pair = pairs.remove();
      if (waited > pairs.size()) {
        var opened = new Pair(opened(expr, pair.left), opened(expr, pair.right));
        if (opened.equals(pair)) throw new Unplanned(expr.at());
        pair = opened;
      }
      waited = pair(expr, pair.left, pair.right, pairs) ? 0 : waited + 1;
    }
  }

  /** With variables in the place of paths, which give values to others. */
  private Tree opened(Expr expr, Tree tree) {
    if (tree instanceof Path || tree instanceof Collect) return tree;
    return tree.map(
        one ->
            one instanceof Path path && operands.ground(path.head())
                ? reading.constant(expr, one)
                : opened(expr, one),
        body -> body);
  }

  private boolean pair(Expr expr, Tree a, Tree b, Deque<Pair> pairs) {
    if (Reading.isPath(a) || a instanceof Collect) {
      if (Expander.needsReading(b)) {
        // the other side may need variables that this one gives values to
        var first = new Name(a.at(), "%first" + slots.size());
        reading.assign(expr, a, () -> new Pattern.Bind(slots.bind(first.name())));
        return pair(expr, first, b, pairs);
      }
      reading.assign(expr, a, () -> reading.target(expr, b));
      return true;
    }
    if (Reading.isPath(b) || b instanceof Collect) return pair(expr, b, a, pairs);
    if (a instanceof Items(var at, List<Tree> x) && b instanceof Items(var there, List<Tree> y)) {
      if (x.size() != y.size()) out.add(Tests.never(expr.at(), expr.origin()));
      else for (int i = 0; i < x.size(); i++) pairs.add(new Pair(x.get(i), y.get(i)));
      return true;
    }
    if (a instanceof Members x
        && b instanceof Members y
        && !(operands.ground(a) && operands.ground(b))) return members(expr, x, y, pairs);
    if (operands.ground(a)) {
      Tree open = operands.ground(b) ? b : split(b, pairs);
      out.add(
          Tests.match(expr.at(), expr.origin(), reading.read(expr, a), reading.target(expr, open)));
      return true;
    }
    if (operands.ground(b)) return pair(expr, b, a, pairs);
    pairs.add(new Pair(a, b));
    return false;
  }

  /** With variables for paths: they may need those that the same term gives values to. */
  private Tree split(Tree tree, Deque<Pair> pairs) {
    return switch (tree) {
      case Items(var at, List<Tree> items) -> new Items(at, Tree.all(items, i -> part(i, pairs)));
      case Members(var at, List<Tree> entries) -> {
        var parts = new ArrayList<>(entries);
        for (int i = 1; i < parts.size(); i += 2) parts.set(i, part(parts.get(i), pairs));
        yield new Members(at, parts);
      }
      default -> tree;
    };
  }

  private Tree part(Tree tree, Deque<Pair> pairs) {
    if (!Expander.needsReading(tree)) return tree;
    if (tree instanceof Items || tree instanceof Members) return split(tree, pairs);
    var name = new Name(tree.at(), "%part" + slots.size());
    slots.slot(name.name());
    pairs.add(new Pair(name, tree));
    return name;
  }

  private boolean members(Expr expr, Members x, Members y, Deque<Pair> pairs) {
    var found = new ArrayList<Pair>();
    for (int i = 0; i < x.entries().size(); i += 2)
      for (int k = 0; k < y.entries().size(); k += 2)
        if (Same.term(x.entries().get(i), y.entries().get(k)))
          found.add(new Pair(x.entries().get(i + 1), y.entries().get(k + 1)));
    if (x.entries().size() != y.entries().size() || found.size() * 2 != x.entries().size())
      out.add(Tests.never(expr.at(), expr.origin()));
    else pairs.addAll(found);
    return true;
  }
}
