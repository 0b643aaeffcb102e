package dev.theca.rego.types;

import dev.theca.rego.types.Shape.Any;
import dev.theca.rego.types.Shape.ArrayOf;
import dev.theca.rego.types.Shape.ObjectOf;
import dev.theca.rego.types.Shape.Scalar;
import dev.theca.rego.types.Shape.SetOf;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What follows from shapes. */
public final class Shapes {
  private static final int MOST = 40;

  /** Rules that name the one before twice would have shapes that double. */
  private static final int PARTS = 5_000;

  private static final int DEPTH = 100;

  private Shapes() {}

  /** Either of two; null is nothing known yet. */
  public static @Nullable Shape or(@Nullable Shape a, @Nullable Shape b) {
    if (a == null) return b;
    if (b == null || a.equals(b)) return a;
    if (a.isAnything() || b.isAnything()) return Shape.ANY;
    Set<Shape> all = new LinkedHashSet<>();
    add(a, all);
    add(b, all);
    return all.size() > MOST ? Shape.ANY : new Any(List.copyOf(all));
  }

  private static void add(Shape shape, Set<Shape> all) {
    if (shape instanceof Any(List<Shape> of)) all.addAll(of);
    else all.add(shape);
  }

  /** The shape of a value. */
  public static Shape of(Value value) {
    return switch (value) {
      case NullValue _, BoolValue _, NumberValue _, TextValue _ -> new Scalar(value.kind());
      case ArrayValue array -> {
        var items = new ArrayList<@Nullable Shape>();
        for (Value item : array) items.add(of(item));
        yield new ArrayOf(items, items.isEmpty() ? Shape.ANY : null);
      }
      case SetValue set -> {
        Shape element = null;
        for (Value one : set) element = or(element, of(one));
        yield new SetOf(element == null ? Shape.ANY : element);
      }
      case ObjectValue object -> {
        var fixed = new TreeMap<Value, @Nullable Shape>();
        object.forEach((key, member) -> fixed.put(key, of(member)));
        Shape open = fixed.isEmpty() ? Shape.ANY : null;
        yield new ObjectOf(fixed, open, open);
      }
    };
  }

  /** What its keys are; null where it can have none. */
  public static @Nullable Shape keys(@Nullable Shape shape) {
    return switch (shape) {
      case null -> null;
      case Scalar _ -> null;
      case Any(List<Shape> of) -> {
        if (of.isEmpty()) yield Shape.ANY;
        Shape keys = null;
        for (Shape one : of) keys = or(keys, keys(one));
        yield keys;
      }
      case ArrayOf _ -> Shape.NUMBER;
      case SetOf(Shape element) -> element;
      case ObjectOf(var fixed, Shape key, Shape value) -> {
        Shape keys = null;
        for (Value name : fixed.keySet()) keys = or(keys, of(name));
        yield or(keys, key);
      }
    };
  }

  /** What its members are; null where it can have none. */
  public static @Nullable Shape values(@Nullable Shape shape) {
    return switch (shape) {
      case null -> null;
      case Scalar _ -> null;
      case Any(List<Shape> of) -> {
        if (of.isEmpty()) yield Shape.ANY;
        Shape values = null;
        for (Shape one : of) values = or(values, values(one));
        yield values;
      }
      case ArrayOf(var items, Shape rest) -> {
        Shape values = null;
        for (Shape item : items) values = or(values, item);
        yield or(values, rest);
      }
      case SetOf(Shape element) -> element;
      case ObjectOf(var fixed, Shape key, Shape value) -> {
        Shape values = null;
        for (Shape member : fixed.values()) values = or(values, member);
        yield or(values, value);
      }
    };
  }

  /** What its member of this key is; null where it has none. */
  public static @Nullable Shape select(@Nullable Shape shape, Value key) {
    return switch (shape) {
      case null -> null;
      case Scalar _ -> null;
      case Any(List<Shape> of) -> {
        if (of.isEmpty()) yield Shape.ANY;
        Shape found = null;
        for (Shape one : of) found = or(found, select(one, key));
        yield found;
      }
      case ArrayOf(var items, Shape rest) -> {
        if (!(key instanceof NumberValue number)) yield null;
        var at = number.toInt();
        if (at.isEmpty() || at.getAsInt() < 0) yield null;
        yield at.getAsInt() < items.size() ? items.get(at.getAsInt()) : rest;
      }
      case SetOf(Shape element) ->
          element != null && Fits.unifies(element, of(key)) ? element : null;
      case ObjectOf(var fixed, Shape open, Shape value) -> {
        if (fixed.containsKey(key)) yield fixed.get(key);
        yield open != null && Fits.unifies(open, of(key)) ? value : null;
      }
    };
  }

  /** The same, or anything where it has more parts, or deeper ones, than anyone needs. */
  public static Shape bounded(Shape shape) {
    return parts(shape, 0) > PARTS ? Shape.ANY : shape;
  }

  /** How many parts it has; more than {@link #PARTS} also where it is too deep. */
  private static int parts(@Nullable Shape shape, int depth) {
    if (depth > DEPTH) return PARTS + 1;
    return switch (shape) {
      case null -> 1;
      case Scalar _ -> 1;
      case Any(List<Shape> of) -> parts(of, depth);
      case ArrayOf(var items, Shape rest) -> parts(items, depth) + parts(rest, depth + 1);
      case SetOf(Shape element) -> 1 + parts(element, depth + 1);
      case ObjectOf(var fixed, Shape key, Shape value) ->
          parts(fixed.values(), depth) + parts(key, depth + 1) + parts(value, depth + 1);
    };
  }

  private static int parts(Iterable<? extends @Nullable Shape> shapes, int depth) {
    int all = 1;
    for (Shape one : shapes) {
      all += parts(one, depth + 1);
      if (all > PARTS) return PARTS + 1;
    }
    return all;
  }

  /** The same with anything in the place of what is not known. */
  public static Shape closed(@Nullable Shape shape) {
    return switch (shape) {
      case null -> Shape.ANY;
      case Scalar it -> it;
      case Any(List<Shape> of) -> new Any(of.stream().map(Shapes::closed).toList());
      case ArrayOf(var items, Shape rest) -> {
        var known = new ArrayList<@Nullable Shape>();
        for (Shape item : items) known.add(closed(item));
        yield new ArrayOf(known, rest == null ? null : closed(rest));
      }
      case SetOf(Shape element) -> new SetOf(closed(element));
      case ObjectOf(var fixed, Shape key, Shape value) -> {
        var known = new TreeMap<Value, @Nullable Shape>();
        fixed.forEach((name, member) -> known.put(name, closed(member)));
        yield new ObjectOf(
            known, key == null ? null : closed(key), key == null ? null : closed(value));
      }
    };
  }

  /** Several rules of one document: sets and open objects grow together. */
  public static @Nullable Shape merge(@Nullable Shape a, @Nullable Shape b) {
    if (a == null) return b;
    if (b == null) return a;
    if (a instanceof SetOf(Shape x) && b instanceof SetOf(Shape y)) return new SetOf(or(x, y));
    if (a instanceof ObjectOf x
        && b instanceof ObjectOf y
        && x.fixed().isEmpty()
        && y.fixed().isEmpty())
      return new ObjectOf(new TreeMap<>(), or(x.key(), y.key()), merge(x.value(), y.value()));
    return or(a, b);
  }
}
