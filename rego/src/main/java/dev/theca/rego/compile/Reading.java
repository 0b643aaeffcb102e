package dev.theca.rego.compile;

import dev.theca.rego.Location;
import dev.theca.rego.compile.Tree.Collect;
import dev.theca.rego.compile.Tree.Constant;
import dev.theca.rego.compile.Tree.Elements;
import dev.theca.rego.compile.Tree.Items;
import dev.theca.rego.compile.Tree.Members;
import dev.theca.rego.compile.Tree.Name;
import dev.theca.rego.compile.Tree.Path;
import dev.theca.rego.run.Body;
import dev.theca.rego.run.DataNode;
import dev.theca.rego.run.Loops;
import dev.theca.rego.run.Loops.Key;
import dev.theca.rego.run.Operand;
import dev.theca.rego.run.Pattern;
import dev.theca.rego.run.Source;
import dev.theca.rego.run.Step;
import dev.theca.rego.run.Tests;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The steps that read paths and comprehensions into variables, or hold them against patterns. */
final class Reading {
  private final Steps steps;
  private final Documents documents;
  private final Slots slots;
  private final Operands operands;
  private final List<Step> out;

  /**
   * @param steps the body that it reads for, which makes those of comprehensions
   * @param out the steps of that body
   */
  Reading(Steps steps, Documents documents, Slots slots, Operands operands, List<Step> out) {
    this.steps = steps;
    this.documents = documents;
    this.slots = slots;
    this.operands = operands;
    this.out = out;
  }

  /** Reads a path or a comprehension into a pattern. */
  void assign(Expr expr, Tree tree, Supplier<Pattern> pattern) {
    switch (tree) {
      case Path path -> path(expr, path, pattern);
      case Name(var at, String name) when Names.isRoot(name) ->
          path(expr, new Path(at, tree, List.of()), pattern);
      case Collect(var at, var kind, Tree key, Tree value, List<Expr> conditions) -> {
        var inner = steps.within(slots.inner());
        Body body = inner.body(conditions);
        out.add(
            Loops.collect(
                at,
                expr.origin(),
                kind,
                key == null ? null : inner.operand(key),
                inner.operand(value),
                body,
                pattern.get()));
      }
      default ->
          out.add(Tests.match(tree.at(), expr.origin(), operands.operand(tree), pattern.get()));
    }
  }

  /** The term as an operand; what must be read for it is read into variables before. */
  Operand read(Expr expr, Tree tree) {
    if (isPath(tree) || tree instanceof Collect) {
      String name = "%read" + slots.size();
      assign(expr, tree, () -> new Pattern.Bind(slots.bind(name)));
      return new Operand.Slot(slots.slot(name));
    }
    return switch (tree) {
      case Items(var at, List<Tree> items) when Expander.needsReading(tree) ->
          new Operand.Items(Tree.all(items, one -> read(expr, one)));
      case Elements(var at, List<Tree> items) when Expander.needsReading(tree) ->
          new Operand.Elements(Tree.all(items, one -> read(expr, one)));
      case Members(var at, List<Tree> entries) when Expander.needsReading(tree) ->
          new Operand.Members(Tree.all(entries, one -> read(expr, one)));
      default -> operands.operand(tree);
    };
  }

  /** What a value must look like; variables without values get them. */
  Pattern target(Expr expr, Tree tree) {
    return switch (tree) {
      case Items(var at, List<Tree> items) when !operands.ground(tree) ->
          new Pattern.Items(Tree.all(items, one -> target(expr, one)));
      case Members(var at, List<Tree> entries) when !operands.ground(tree) -> {
        var keys = new ArrayList<Operand>();
        var values = new ArrayList<Pattern>();
        for (int i = 0; i < entries.size(); i += 2) {
          keys.add(read(expr, entries.get(i)));
          if (!operands.ground(entries.get(i))) yield operands.nothing(tree);
          values.add(target(expr, entries.get(i + 1)));
        }
        yield new Pattern.Members(keys, values);
      }
      case Name(var at, String name) when !Names.isRoot(name) && !slots.isBound(name) ->
          new Pattern.Bind(slots.bind(name));
      default -> {
        Operand same = read(expr, tree);
        yield operands.ground(tree) ? new Pattern.Equal(same) : operands.nothing(tree);
      }
    };
  }

  /** The term with every path read into a variable. */
  Tree constant(Expr expr, Tree tree) {
    return switch (tree) {
      case Path _, Collect _ -> {
        String name = "%before" + slots.size();
        assign(expr, tree, () -> new Pattern.Bind(slots.bind(name)));
        yield new Name(tree.at(), name);
      }
      default -> tree.map(one -> constant(expr, one), body -> body);
    };
  }

  /** A path, into a pattern or, without one, a condition: it is there and not false. */
  void path(Expr expr, Path path, Supplier<? extends @Nullable Pattern> pattern) {
    var tail = new ArrayList<Tree>(path.steps());
    boolean root = path.head() instanceof Name(var at, String name) && Names.isRoot(name);
    String head = root ? ((Name) path.head()).name() : "";
    if (head.equals("data")) {
      data(expr, path, pattern);
      return;
    }
    if (!root && !operands.ground(path.head())) {
      // The condition itself gives the head a value, but behind this path.
      out.add(Tests.never(path.at(), expr.origin()));
      Variables.of(path).forEach(slots::bind);
      var _ = pattern.get();
      return;
    }
    Source source =
        head.equals("input") ? new Source.Input() : new Source.Term(operands.operand(path.head()));
    walk(expr, path, source, tail, pattern);
  }

  private void walk(
      Expr expr,
      Path path,
      Source source,
      List<Tree> tail,
      Supplier<? extends @Nullable Pattern> pattern) {
    Location at = path.at();
    String label = Texts.of(slots.written(path));
    int origin = expr.origin();
    if (tail.stream().allMatch(operands::ground)) {
      var keys = Tree.all(tail, one -> read(expr, one));
      out.add(Tests.read(at, origin, source, keys, pattern.get()).labelled(label));
      return;
    }
    var keys = keys(expr, tail);
    out.add(Loops.iterate(at, origin, source, keys, pattern.get()).labelled(label));
  }

  private List<Key> keys(Expr expr, List<Tree> tail) {
    return Tree.all(
        tail,
        one ->
            operands.ground(one)
                ? new Key.Known(read(expr, one))
                : new Key.Open(target(expr, one)));
  }

  private void data(Expr expr, Path path, Supplier<? extends @Nullable Pattern> pattern) {
    var tail = new ArrayList<>(path.steps());
    DataNode node = documents.root();
    var known = new ArrayList<Value>();
    while (!tail.isEmpty() && tail.getFirst() instanceof Constant(var at, Value key)) {
      if (node.document() != null) break;
      var child = node.child(key);
      if (child == null) {
        walk(expr, path, new Source.Base(known), tail, pattern);
        return;
      }
      known.add(key);
      node = child;
      tail.removeFirst();
    }
    var document = node.document();
    if (document != null) walk(expr, path, new Source.Rules(document), tail, pattern);
    else if (tail.isEmpty()) walk(expr, path, new Source.Tree(node), tail, pattern);
    else {
      var keys = keys(expr, tail);
      out.add(
          Loops.iterate(path.at(), expr.origin(), node, keys, pattern.get())
              .labelled(Texts.of(slots.written(path))));
    }
  }

  static boolean isPath(Tree tree) {
    return tree instanceof Path || tree instanceof Name(var at, String name) && Names.isRoot(name);
  }
}
