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
import dev.theca.rego.types.Fits;
import dev.theca.rego.types.Shape;
import dev.theca.rego.types.Shapes;
import dev.theca.rego.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether terms may have shapes, or be equal to each other; variables without a shape get one. */
final class Fitting {
  private final Types types;

  Fitting(Types types) {
    this.types = types;
  }

  static void put(Shaped shaped, String name, @Nullable Shape shape) {
    shaped.put(name, shape == null ? Shape.ANY : shape);
  }

  boolean unify(Shaped shaped, Tree a, Tree b) {
    Shape left = types.shape(shaped, a);
    Shape right = types.shape(shaped, b);
    boolean openLeft = isOpen(left);
    boolean openRight = isOpen(right);
    if (openLeft && !openRight && right != null) return fit(shaped, a, right, false);
    if (openRight && !openLeft && left != null) return fit(shaped, b, left, false);
    if (!openLeft && !openRight) return Fits.unifies(left, right);
    if (a instanceof Items(var at, List<Tree> x) && b instanceof Items(var there, List<Tree> y)) {
      if (x.size() != y.size()) return false;
      for (int i = 0; i < x.size(); i++) if (!unify(shaped, x.get(i), y.get(i))) return false;
      return true;
    }
    // both sides still unknown: nothing can be said against them
    fit(shaped, a, Shape.ANY, true);
    fit(shaped, b, Shape.ANY, true);
    return true;
  }

  /** Whether a part of the shape is not known yet. */
  private static boolean isOpen(@Nullable Shape shape) {
    return switch (shape) {
      case null -> true;
      case Shape.Scalar _ -> false;
      case Shape.Any(List<Shape> of) -> of.stream().anyMatch(Fitting::isOpen);
      case Shape.ArrayOf(var items, Shape rest) ->
          items.stream().anyMatch(Fitting::isOpen) || rest != null && isOpen(rest);
      case Shape.SetOf(Shape element) -> isOpen(element);
      case Shape.ObjectOf(var fixed, Shape key, Shape value) ->
          fixed.values().stream().anyMatch(Fitting::isOpen)
              || key != null && (isOpen(key) || isOpen(value));
    };
  }

  /** Whether a term may have a shape; variables without one get it. */
  boolean fit(Shaped shaped, Tree tree, @Nullable Shape shape, boolean union) {
    if (shape == null) return false;
    return switch (tree) {
      case Items it -> composite(shaped, it, shape, union);
      case Members it -> composite(shaped, it, shape, union);
      case Elements it -> composite(shaped, it, shape, union);
      case Name(var at, String name) -> {
        if (Names.isRoot(name)) yield Fits.unifies(types.shape(shaped, tree), shape);
        Shape known = shaped.get(name);
        if (union) {
          put(shaped, name, Shapes.or(known, shape));
          yield true;
        }
        if (known != null) yield Fits.unifies(known, shape);
        shaped.put(name, shape);
        yield true;
      }
      case Path _, Collect _, Constant _, Apply _, Template _ -> {
        Shape own = types.shape(shaped, tree);
        yield own == null || Fits.unifies(own, shape);
      }
    };
  }

  private boolean composite(Shaped shaped, Tree tree, Shape shape, boolean union) {
    if (shape instanceof Shape.Any(List<Shape> of)) {
      if (of.isEmpty()) {
        for (Tree child : Variables.children(tree)) fit(shaped, child, Shape.ANY, true);
        return true;
      }
      boolean any = false;
      for (Shape one : of) any |= fit(shaped, tree, one, true);
      return any;
    }
    return switch (tree) {
      case Items(var at, List<Tree> items) ->
          shape instanceof Shape.ArrayOf array && items(shaped, items, array, union);
      case Members(var at, List<Tree> entries) ->
          shape instanceof Shape.ObjectOf object && members(shaped, entries, object, union);
      case Elements(var at, List<Tree> items) -> {
        if (!(shape instanceof Shape.SetOf(Shape element))) yield false;
        boolean all = true;
        for (Tree item : items) all &= fit(shaped, item, element, union);
        yield all;
      }
      default -> true;
    };
  }

  private boolean items(Shaped shaped, List<Tree> items, Shape.ArrayOf array, boolean union) {
    if (items.size() != array.items().size() && array.rest() == null) return false;
    for (int i = 0; i < items.size(); i++) {
      Shape item = i < array.items().size() ? array.items().get(i) : array.rest();
      if (!fit(shaped, items.get(i), item, union)) return false;
    }
    return true;
  }

  private boolean members(Shaped shaped, List<Tree> entries, Shape.ObjectOf object, boolean union) {
    if (entries.size() != object.fixed().size() * 2 && object.value() == null) return false;
    for (int i = 0; i < entries.size(); i += 2) {
      Tree value = entries.get(i + 1);
      if (entries.get(i) instanceof Constant(var at, Value key)) {
        if (!fit(shaped, value, Shapes.select(object, key), union)) return false;
      } else fit(shaped, value, Shape.ANY, union);
    }
    return true;
  }
}
