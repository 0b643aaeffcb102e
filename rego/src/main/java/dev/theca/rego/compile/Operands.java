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
import dev.theca.rego.run.Operand;
import dev.theca.rego.run.Pattern;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/** Terms that need no reading, and what arguments of functions must look like. */
final class Operands {
  private final Slots slots;

  Operands(Slots slots) {
    this.slots = slots;
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
  Pattern nothing(Tree tree) {
    Variables.of(tree).forEach(slots::bind);
    return new Pattern.Nothing();
  }

  boolean ground(Tree tree) {
    for (String name : Variables.of(tree, Variables.Skip.CLOSURES))
      if (!Names.isRoot(name) && !slots.isBound(name)) return false;
    return true;
  }

  private static boolean constants(List<Operand> parts) {
    return parts.stream().allMatch(Operand.Constant.class::isInstance);
  }

  private static List<Value> values(List<Operand> parts) {
    return Tree.all(parts, part -> ((Operand.Constant) part).value());
  }
}
