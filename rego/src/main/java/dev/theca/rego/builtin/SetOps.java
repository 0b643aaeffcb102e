package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.Value;
import java.util.HashSet;
import java.util.List;

/** {@code &}, {@code |}, {@code union}, {@code intersection} and the old {@code set_diff}. */
final class SetOps {
  private SetOps() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("and", "set, set -> set", (c, a) -> both(c, (SetValue) a[0], (SetValue) a[1])),
        Builtin.of("or", "set, set -> set", SetOps::or),
        Builtin.of("set_diff", "set, set -> set", SetOps::without),
        Builtin.of("intersection", "set -> set", SetOps::intersection),
        Builtin.of("union", "set -> set", SetOps::union));
  }

  private static SetValue both(Calling context, SetValue a, SetValue b) {
    if (a.size() > b.size()) return both(context, b, a);
    context.spend(a.size());
    var kept = new HashSet<Value>();
    for (Value element : a.unordered()) if (b.contains(element)) kept.add(element);
    return SetValue.owning(kept);
  }

  private static Value or(Calling context, Value[] a) {
    var first = (SetValue) a[0];
    var second = (SetValue) a[1];
    context.spend((long) first.size() + second.size());
    var all = new HashSet<Value>(first.unordered());
    all.addAll(second.unordered());
    return SetValue.owning(all);
  }

  private static Value without(Calling context, Value[] a) {
    var second = (SetValue) a[1];
    context.spend(((SetValue) a[0]).size());
    var kept = new HashSet<Value>();
    for (Value element : ((SetValue) a[0]).unordered())
      if (!second.contains(element)) kept.add(element);
    return SetValue.owning(kept);
  }

  private static Value intersection(Calling context, Value[] a) throws BuiltinFault {
    SetValue kept = null;
    for (Value one : ((SetValue) a[0]).unordered()) {
      SetValue set = set(one);
      kept = kept == null ? set : both(context, kept, set);
    }
    return kept == null ? SetValue.EMPTY : kept;
  }

  private static Value union(Calling context, Value[] a) throws BuiltinFault {
    var all = new HashSet<Value>();
    for (Value one : ((SetValue) a[0]).unordered()) {
      SetValue set = set(one);
      context.spend(1L + set.size());
      all.addAll(set.unordered());
    }
    return SetValue.owning(all);
  }

  private static SetValue set(Value one) throws BuiltinFault {
    if (one instanceof SetValue set) return set;
    throw Wrong.kind(1, one, "set");
  }
}
