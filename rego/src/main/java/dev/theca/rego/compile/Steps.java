package dev.theca.rego.compile;

import dev.theca.rego.Location;
import dev.theca.rego.compile.Tree.Apply;
import dev.theca.rego.compile.Tree.Collect;
import dev.theca.rego.compile.Tree.Constant;
import dev.theca.rego.compile.Tree.Elements;
import dev.theca.rego.compile.Tree.Items;
import dev.theca.rego.compile.Tree.Members;
import dev.theca.rego.compile.Tree.Name;
import dev.theca.rego.compile.Tree.Path;
import dev.theca.rego.compile.Tree.Template;
import dev.theca.rego.run.Body;
import dev.theca.rego.run.DataNode;
import dev.theca.rego.run.Loops;
import dev.theca.rego.run.Loops.Key;
import dev.theca.rego.run.Operand;
import dev.theca.rego.run.Pattern;
import dev.theca.rego.run.Source;
import dev.theca.rego.run.Step;
import dev.theca.rego.run.Tests;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The steps of one body. */
final class Steps {
  private static final Set<String> COMPARISONS = Set.of("equal", "neq", "lt", "lte", "gt", "gte");

  private final Documents documents;
  private final Functions functions;
  private final Slots slots;
  private final boolean nested;
  private final List<Step> steps = new ArrayList<>();

  /**
   * @param nested whether the body stands within a condition
   */
  Steps(Documents documents, Functions functions, Slots slots, boolean nested) {
    this.documents = documents;
    this.functions = functions;
    this.slots = slots;
    this.nested = nested;
  }

  Body body(List<Expr> body) {
    for (int i = 0; i < body.size(); i++) {
      Expr expr = body.get(i);
      if (expr.withs().isEmpty()) {
        expr(expr);
        continue;
      }
      var group = new ArrayList<>(List.of(expr));
      while (i + 1 < body.size() && body.get(i + 1).withs().equals(expr.withs()))
        group.add(body.get(++i));
      within(group);
    }
    return new Body(steps, nested);
  }

  /** Conditions of one {@code with}, together: what they read is made once. */
  private void within(List<Expr> group) {
    var first = group.getFirst();
    var puts = new ArrayList<Loops.Put>();
    for (var with : first.withs()) puts.add(put(with));
    var inner = new Steps(documents, functions, slots, nested);
    for (Expr expr : group) inner.expr(expr);
    steps.add(Loops.with(first.at(), first.origin(), puts, new Body(inner.steps, nested)));
  }

  private Loops.Put put(Expr.With with) {
    String name = Names.dotted(with.target());
    if (with.target() instanceof Name(var at, String root) && Names.isRoot(root))
      return root.equals("input")
          ? new Loops.Put.Input(List.of(), operand(with.value()))
          : new Loops.Put.Data(List.of(), operand(with.value()));
    boolean function =
        functions.builtins().containsKey(name)
            || functions.rules().named(name) instanceof RuleTree.Node node
                && node.rules().stream().anyMatch(Definition::isFunction);
    if (function) {
      var other = Replacements.of(with.value(), functions, documents);
      return other == null
          ? new Loops.Put.Result(name, operand(with.value()))
          : new Loops.Put.Function(name, other);
    }
    if (!(with.target() instanceof Path(var at, Name(var place, String root), List<Tree> path)))
      throw new IllegalStateException("target of with");
    var keys = Tree.all(path, this::operand);
    return root.equals("input")
        ? new Loops.Put.Input(keys, operand(with.value()))
        : new Loops.Put.Data(keys, operand(with.value()));
  }

  private void expr(Expr expr) {
    if (expr.negated()) {
      // what stands in a call's arguments is read before, and must be there: as the reference does
      var form = expr.form();
      if (form instanceof Expr.Invoke call) {
        boolean equality = expr.isEq() || call.is("equal");
        form =
            new Expr.Invoke(
                call.at(),
                call.function(),
                Tree.all(
                    call.arguments(), one -> equality ? shallow(expr, one) : constant(expr, one)));
      }
      if (form instanceof Expr.Single(Tree term)) form = new Expr.Single(shallow(expr, term));
      // after the above, so that it knows what is read already
      var inner = new Steps(documents, functions, slots.inner(), true);
      inner.positive(expr.with(form));
      steps.add(Tests.not(expr.at(), expr.origin(), new Body(inner.steps, true)));
    } else positive(expr);
  }

  /** The term with every path read into a variable. */
  private Tree constant(Expr expr, Tree tree) {
    return switch (tree) {
      case Path _, Collect _ -> {
        String name = "%before" + slots.size();
        assign(expr, tree, () -> new Pattern.Bind(slots.bind(name)));
        yield new Name(tree.at(), name);
      }
      default -> tree.map(one -> constant(expr, one), body -> body);
    };
  }

  private Tree shallow(Expr expr, Tree tree) {
    return switch (tree) {
      case Path(var at, Tree head, List<Tree> path) ->
          new Path(at, head, Tree.all(path, one -> constant(expr, one)));
      case Collect _, Name _ -> tree;
      default -> constant(expr, tree);
    };
  }

  private void positive(Expr expr) {
    switch (expr.form()) {
      case Expr.Single(Tree term) -> single(expr, term);
      case Expr.Invoke call -> call(expr, call);
      case Expr.Every every -> every(expr, every);
      case Expr.Some _, Expr.SomeIn _ -> throw new IllegalStateException("some");
    }
  }

  private void single(Expr expr, Tree term) {
    switch (term) {
      case Path path -> path(expr, path, () -> null);
      case Name(var at, String name) when Names.isRoot(name) ->
          path(expr, new Path(at, term, List.of()), () -> null);
      default -> steps.add(Tests.truth(expr.at(), expr.origin(), read(expr, term)));
    }
  }

  private void call(Expr expr, Expr.Invoke call) {
    var arguments = call.arguments();
    if (expr.isEq() || call.is("equal") && arguments.size() == 2) {
      unify(expr, arguments.get(0), arguments.get(1));
      return;
    }
    int arity = functions.arity(call.name());
    var operands = new ArrayList<Operand>();
    for (Tree argument : arguments.subList(0, arity)) operands.add(read(expr, argument));
    Location at = call.at();
    int origin = expr.origin();
    if (arguments.size() == arity && COMPARISONS.contains(call.name())) {
      Tree shown = arguments.get(operands.get(0) instanceof Operand.Constant ? 1 : 0);
      steps.add(
          Tests.compare(at, origin, call.name(), operands.get(0), operands.get(1))
              .labelled(shown instanceof Name ? Texts.of(slots.written(shown)) : ""));
      return;
    }
    if (arguments.size() > arity && arguments.get(arity) instanceof Name(var there, String name))
      if (Names.isGenerated(name))
        slots.call(name, new Apply(at, call.function(), arguments.subList(0, arity)));
    Pattern result = arguments.size() > arity ? target(expr, arguments.get(arity)) : null;
    var builtin = functions.builtins().get(call.name());
    if (builtin == null) {
      var document = documents.byName().get(call.name());
      if (document == null) throw new IllegalStateException("function " + call.name());
      steps.add(Tests.call(at, origin, document, operands, result));
    } else if (functions.isRelation(call.name()))
      steps.add(Loops.relation(at, origin, builtin, operands, result));
    else steps.add(Tests.call(at, origin, builtin, operands, result));
  }

  private void every(Expr expr, Expr.Every every) {
    Operand over = read(expr, every.collection());
    var scope = slots.inner();
    var key = new Pattern.Bind(scope.bind(every.key() == null ? "%key" : every.key()));
    var value = new Pattern.Bind(scope.bind(every.value()));
    Body body = new Steps(documents, functions, scope, true).body(every.body());
    steps.add(Tests.every(expr.at(), expr.origin(), over, key, value, body));
  }

  private record Pair(Tree left, Tree right) {}

  /** Makes two terms equal; pairs of which neither side has a value wait for the others. */
  private void unify(Expr expr, Tree left, Tree right) {
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
            one instanceof Path path && ground(path.head())
                ? constant(expr, one)
                : opened(expr, one),
        body -> body);
  }

  private boolean pair(Expr expr, Tree a, Tree b, Deque<Pair> pairs) {
    if (isPath(a) || a instanceof Collect) {
      if (Expander.needsReading(b)) {
        // the other side may need variables that this one gives values to
        var first = new Name(a.at(), "%first" + slots.size());
        assign(expr, a, () -> new Pattern.Bind(slots.bind(first.name())));
        return pair(expr, first, b, pairs);
      }
      assign(expr, a, () -> target(expr, b));
      return true;
    }
    if (isPath(b) || b instanceof Collect) {
      return pair(expr, b, a, pairs);
    }
    if (a instanceof Items(var at, List<Tree> x) && b instanceof Items(var there, List<Tree> y)) {
      if (x.size() != y.size()) steps.add(Tests.never(expr.at(), expr.origin()));
      else for (int i = 0; i < x.size(); i++) pairs.add(new Pair(x.get(i), y.get(i)));
      return true;
    }
    if (a instanceof Members x && b instanceof Members y && !(ground(a) && ground(b)))
      return members(expr, x, y, pairs);
    if (ground(a)) {
      Tree open = ground(b) ? b : split(b, pairs);
      steps.add(Tests.match(expr.at(), expr.origin(), read(expr, a), target(expr, open)));
      return true;
    }
    if (ground(b)) return pair(expr, b, a, pairs);
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
      steps.add(Tests.never(expr.at(), expr.origin()));
    else pairs.addAll(found);
    return true;
  }

  private static boolean isPath(Tree tree) {
    return tree instanceof Path || tree instanceof Name(var at, String name) && Names.isRoot(name);
  }

  private boolean ground(Tree tree) {
    for (String name : Variables.of(tree, Variables.Skip.CLOSURES))
      if (!Names.isRoot(name) && !slots.isBound(name)) return false;
    return true;
  }

  /** Reads a path or a comprehension into a pattern. */
  private void assign(Expr expr, Tree tree, Supplier<Pattern> pattern) {
    switch (tree) {
      case Path path -> path(expr, path, pattern);
      case Name(var at, String name) when Names.isRoot(name) ->
          path(expr, new Path(at, tree, List.of()), pattern);
      case Collect(var at, var kind, Tree key, Tree value, List<Expr> conditions) -> {
        var inner = new Steps(documents, functions, slots.inner(), true);
        Body body = inner.body(conditions);
        steps.add(
            Loops.collect(
                at,
                expr.origin(),
                kind,
                key == null ? null : inner.operand(key),
                inner.operand(value),
                body,
                pattern.get()));
      }
      default -> steps.add(Tests.match(tree.at(), expr.origin(), operand(tree), pattern.get()));
    }
  }

  /** The term as an operand; what must be read for it is read into variables before. */
  private Operand read(Expr expr, Tree tree) {
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
      default -> operand(tree);
    };
  }

  /** What a value must look like; variables without values get them. */
  private Pattern target(Expr expr, Tree tree) {
    return switch (tree) {
      case Items(var at, List<Tree> items) when !ground(tree) ->
          new Pattern.Items(Tree.all(items, one -> target(expr, one)));
      case Members(var at, List<Tree> entries) when !ground(tree) -> {
        var keys = new ArrayList<Operand>();
        var values = new ArrayList<Pattern>();
        for (int i = 0; i < entries.size(); i += 2) {
          keys.add(read(expr, entries.get(i)));
          if (!ground(entries.get(i))) yield nothing(tree);
          values.add(target(expr, entries.get(i + 1)));
        }
        yield new Pattern.Members(keys, values);
      }
      case Name(var at, String name) when !Names.isRoot(name) && !slots.isBound(name) ->
          new Pattern.Bind(slots.bind(name));
      default -> {
        Operand same = read(expr, tree);
        yield ground(tree) ? new Pattern.Equal(same) : nothing(tree);
      }
    };
  }

  /** The pattern of a function's argument. */
  Pattern pattern(Tree tree) {
    return switch (tree) {
      case Items(var at, List<Tree> items) -> new Pattern.Items(Tree.all(items, this::pattern));
      case Members(var at, List<Tree> entries) -> {
        var keys = new ArrayList<Operand>();
        var values = new ArrayList<Pattern>();
        for (int i = 0; i < entries.size(); i += 2) {
          if (!ground(entries.get(i))) yield nothing(tree);
          keys.add(operand(entries.get(i)));
          values.add(pattern(entries.get(i + 1)));
        }
        yield new Pattern.Members(keys, values);
      }
      case Name(var at, String name) when !slots.isBound(name) ->
          new Pattern.Bind(slots.bind(name));
      default -> ground(tree) ? new Pattern.Equal(operand(tree)) : nothing(tree);
    };
  }

  /** Elements of sets and keys give no values to variables; what needs them is never reached. */
  private Pattern nothing(Tree tree) {
    Variables.of(tree).forEach(slots::bind);
    return new Pattern.Nothing();
  }

  /** A term that needs no reading. */
  Operand operand(Tree tree) {
    return switch (tree) {
      case Constant(var at, Value value) -> new Operand.Constant(value);
      case Name(var at, String name) -> new Operand.Slot(slots.slot(name));
      case Items(var at, List<Tree> items) -> {
        var parts = Tree.all(items, this::operand);
        yield constants(parts)
            ? new Operand.Constant(ArrayValue.of(values(parts)))
            : new Operand.Items(parts);
      }
      case Elements(var at, List<Tree> items) -> {
        var parts = Tree.all(items, this::operand);
        yield constants(parts)
            ? new Operand.Constant(SetValue.of(values(parts)))
            : new Operand.Elements(parts);
      }
      case Members(var at, List<Tree> entries) -> {
        var parts = Tree.all(entries, this::operand);
        if (!constants(parts)) yield new Operand.Members(parts);
        var values = values(parts);
        var members = new HashMap<Value, Value>();
        for (int i = 0; i < values.size(); i += 2) members.put(values.get(i), values.get(i + 1));
        yield new Operand.Constant(ObjectValue.owning(members));
      }
      case Path _, Collect _, Apply _, Template _ -> throw new Unplanned(tree.at());
    };
  }

  private static boolean constants(List<Operand> parts) {
    return parts.stream().allMatch(Operand.Constant.class::isInstance);
  }

  private static List<Value> values(List<Operand> parts) {
    return Tree.all(parts, part -> ((Operand.Constant) part).value());
  }

  /** A path, into a pattern or, without one, a condition: it is there and not false. */
  private void path(Expr expr, Path path, Supplier<? extends @Nullable Pattern> pattern) {
    var tail = new ArrayList<Tree>(path.steps());
    boolean root = path.head() instanceof Name(var at, String name) && Names.isRoot(name);
    String head = root ? ((Name) path.head()).name() : "";
    if (head.equals("data")) {
      data(expr, path, pattern);
      return;
    }
    if (!root && !ground(path.head())) {
      // The condition itself gives the head a value, but behind this path.
      steps.add(Tests.never(path.at(), expr.origin()));
      Variables.of(path).forEach(slots::bind);
      var _ = pattern.get();
      return;
    }
    Source source =
        head.equals("input") ? new Source.Input() : new Source.Term(operand(path.head()));
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
    if (tail.stream().allMatch(this::ground)) {
      var keys = Tree.all(tail, one -> read(expr, one));
      steps.add(Tests.read(at, origin, source, keys, pattern.get()).labelled(label));
      return;
    }
    var keys = keys(expr, tail);
    steps.add(Loops.iterate(at, origin, source, keys, pattern.get()).labelled(label));
  }

  private List<Key> keys(Expr expr, List<Tree> tail) {
    return Tree.all(
        tail,
        one -> ground(one) ? new Key.Known(read(expr, one)) : new Key.Open(target(expr, one)));
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
      steps.add(
          Loops.iterate(path.at(), expr.origin(), node, keys, pattern.get())
              .labelled(Texts.of(slots.written(path))));
    }
  }
}
