package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code json.patch} (RFC 6902), also on sets; paths may be arrays of keys of any kind. */
final class JsonPatch {
  private JsonPatch() {}

  static List<Builtin> list() {
    return List.of(Builtin.of("json.patch", "any, array -> any", JsonPatch::patch));
  }

  /** A patch that does not fit is undefined and no fault: so it is in Open Policy Agent. */
  private static @Nullable Value patch(Calling context, Value[] a) {
    var tree = new EditTree(context, a[0]);
    try {
      for (Value patch : (ArrayValue) a[1]) apply(context, tree, patch);
    } catch (BuiltinFault e) {
      return null;
    }
    return tree.value();
  }

  private static void apply(Calling context, EditTree tree, Value one) throws BuiltinFault {
    context.spend(1);
    if (!(one instanceof ObjectValue patch)) throw new BuiltinFault("a patch is no object");
    if (!(attribute(patch, "op") instanceof TextValue(String op)))
      throw new BuiltinFault("attribute 'op' must be a string");
    List<Value> path = JsonPaths.steps(context, attribute(patch, "path"));
    switch (op) {
      case "add" -> tree.insert(path, attribute(patch, "value"));
      case "remove" -> tree.delete(path);
      case "replace" -> {
        Value value = attribute(patch, "value");
        tree.delete(path);
        tree.insert(path, value);
      }
      case "move" -> {
        List<Value> from = JsonPaths.steps(context, attribute(patch, "from"));
        Value moved = tree.at(from);
        tree.delete(from);
        tree.insert(path, moved);
      }
      case "copy" -> {
        List<Value> from = JsonPaths.steps(context, attribute(patch, "from"));
        tree.insert(path, tree.at(from));
      }
      case "test" -> {
        if (!tree.at(path).equals(attribute(patch, "value")))
          throw new BuiltinFault("the value differs");
      }
      default -> throw new BuiltinFault("unrecognized op '" + op + "'");
    }
  }

  private static Value attribute(ObjectValue patch, String name) throws BuiltinFault {
    Value value = patch.get(name);
    if (value == null) throw new BuiltinFault("missing '" + name + "' attribute");
    return value;
  }
}
