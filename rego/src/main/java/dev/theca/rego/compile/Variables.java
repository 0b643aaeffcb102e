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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which variables occur; functions' names are none. */
final class Variables {
  /** What is left out. */
  enum Skip {
    /** Comprehensions and the bodies of {@code every}. */
    CLOSURES,
    /** The head of {@code x.a[b]}. */
    HEADS,
    /** Keys of objects. */
    KEYS,
    /** Sets. */
    SETS
  }

  private final Set<String> found = new LinkedHashSet<>();
  private final EnumSet<Skip> skips;

  private Variables(Skip... skips) {
    this.skips = EnumSet.noneOf(Skip.class);
    this.skips.addAll(Arrays.asList(skips));
  }

  static Set<String> of(Tree tree, Skip... skips) {
    var all = new Variables(skips);
    all.visit(tree);
    return all.found;
  }

  static Set<String> of(List<Tree> trees, Skip... skips) {
    var all = new Variables(skips);
    trees.forEach(all::visit);
    return all.found;
  }

  static Set<String> of(Expr expr, Skip... skips) {
    var all = new Variables(skips);
    all.visit(expr);
    return all.found;
  }

  static Set<String> ofBody(List<Expr> body, Skip... skips) {
    var all = new Variables(skips);
    body.forEach(all::visit);
    return all.found;
  }

  /** The variables of all closures in this condition, nested ones too. */
  static Set<String> inClosures(Expr expr) {
    var all = new Variables();
    for (Tree closure : closures(expr)) all.visit(closure);
    if (expr.form() instanceof Expr.Every every) every.body().forEach(all::visit);
    return all.found;
  }

  /** The comprehensions that stand in this condition, not those within them. */
  private static List<Tree> closures(Expr expr) {
    var closures = new ArrayList<Tree>();
    for (Tree part : parts(expr)) collect(part, closures);
    return closures;
  }

  private static void collect(Tree tree, List<Tree> closures) {
    if (tree instanceof Collect) closures.add(tree);
    else children(tree).forEach(child -> collect(child, closures));
  }

  /** The terms of a condition, the body of {@code every} left out. */
  static List<Tree> parts(Expr expr) {
    var parts = new ArrayList<Tree>();
    switch (expr.form()) {
      case Expr.Single(Tree term) -> parts.add(term);
      case Expr.Invoke call -> parts.addAll(call.arguments());
      case Expr.Some _ -> {}
      case Expr.SomeIn(var key, Tree value, Tree collection) -> {
        if (key != null) parts.add(key);
        parts.add(value);
        parts.add(collection);
      }
      case Expr.Every every -> parts.add(every.collection());
    }
    for (var with : expr.withs()) {
      if (with.target() instanceof Path(var at, Tree head, List<Tree> steps)) parts.addAll(steps);
      parts.add(with.value());
    }
    return parts;
  }

  /** The parts of a term; of a call its arguments; of a comprehension none. */
  static List<Tree> children(Tree tree) {
    return switch (tree) {
      case Constant _, Name _, Collect _ -> List.of();
      case Path(var at, Tree head, List<Tree> steps) -> {
        var all = new ArrayList<Tree>();
        all.add(head);
        all.addAll(steps);
        yield all;
      }
      case Items(var at, List<Tree> items) -> items;
      case Elements(var at, List<Tree> items) -> items;
      case Members(var at, List<Tree> entries) -> entries;
      case Apply(var at, Tree function, List<Tree> arguments) -> arguments;
      case Template(var at, List<Tree> parts) -> parts;
    };
  }

  private void visit(Expr expr) {
    parts(expr).forEach(this::visit);
    if (expr.form() instanceof Expr.Every every && !skips.contains(Skip.CLOSURES)) {
      if (every.key() != null) found.add(every.key());
      found.add(every.value());
      every.body().forEach(this::visit);
    }
    if (expr.form() instanceof Expr.Some some) found.addAll(some.names());
  }

  private void visit(Tree tree) {
    switch (tree) {
      case Name(var at, String name) -> found.add(name);
      case Path(var at, Tree head, List<Tree> steps) -> {
        if (!skips.contains(Skip.HEADS) || !(head instanceof Name)) visit(head);
        steps.forEach(this::visit);
      }
      case Members(var at, List<Tree> entries) -> {
        for (int i = skips.contains(Skip.KEYS) ? 1 : 0;
            i < entries.size();
            i += skips.contains(Skip.KEYS) ? 2 : 1) visit(entries.get(i));
      }
      case Elements(var at, List<Tree> items) -> {
        if (!skips.contains(Skip.SETS)) items.forEach(this::visit);
      }
      case Collect(var at, var kind, Tree key, Tree value, List<Expr> body) -> {
        if (skips.contains(Skip.CLOSURES)) return;
        if (key != null) visit(key);
        visit(value);
        body.forEach(this::visit);
      }
      case Template _ -> {
        if (!skips.contains(Skip.CLOSURES)) children(tree).forEach(this::visit);
      }
      case Constant _, Items _, Apply _ -> children(tree).forEach(this::visit);
    }
  }
}
