package dev.theca.rego.compile;

import dev.theca.rego.Location;
import dev.theca.rego.ast.Term;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A term on its way to a plan. */
sealed interface Tree {
  Location at();

  /** A value. */
  record Constant(Location at, Value value) implements Tree {}

  /** A variable, {@code input} or {@code data}; see {@link Names}. */
  record Name(Location at, String name) implements Tree {}

  /** {@code head.a[b]}. */
  record Path(Location at, Tree head, List<Tree> steps) implements Tree {}

  /** {@code [a, b]}. */
  record Items(Location at, List<Tree> items) implements Tree {}

  /** {@code {a, b}}. */
  record Elements(Location at, List<Tree> items) implements Tree {}

  /** {@code {k: v}}: keys and values in turn. */
  record Members(Location at, List<Tree> entries) implements Tree {}

  /** A comprehension. */
  record Collect(Location at, Term.Kind kind, @Nullable Tree key, Tree value, List<Expr> body)
      implements Tree {}

  /** A call; operators have the names of their functions. */
  record Apply(Location at, Tree function, List<Tree> arguments) implements Tree {}

  /** A template string; gone after the stage that makes a call of it. */
  record Template(Location at, List<Tree> parts) implements Tree {}

  /** The same with every part mapped; bodies too. */
  default Tree map(UnaryOperator<Tree> part, UnaryOperator<List<Expr>> body) {
    return switch (this) {
      case Constant it -> it;
      case Name it -> it;
      case Path(var at, Tree head, List<Tree> steps) ->
          new Path(at, part.apply(head), all(steps, part));
      case Items(var at, List<Tree> items) -> new Items(at, all(items, part));
      case Elements(var at, List<Tree> items) -> new Elements(at, all(items, part));
      case Members(var at, List<Tree> entries) -> new Members(at, all(entries, part));
      case Apply(var at, Tree function, List<Tree> arguments) ->
          new Apply(at, part.apply(function), all(arguments, part));
      case Template(var at, List<Tree> parts) -> new Template(at, all(parts, part));
      case Collect(var at, var kind, Tree key, Tree value, List<Expr> conditions) -> {
        var mapped = body.apply(conditions);
        yield new Collect(
            at, kind, key == null ? null : part.apply(key), part.apply(value), mapped);
      }
    };
  }

  /** A list with every item mapped, in order. */
  static <A, B> List<B> all(List<A> list, Function<? super A, ? extends B> each) {
    var mapped = new ArrayList<B>(list.size());
    for (A one : list) mapped.add(each.apply(one));
    return mapped;
  }
}
