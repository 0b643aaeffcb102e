package dev.theca.rego.builtin.graphql;

import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Documents as values: without places, and without what is empty. */
final class Trees {
  private final Calling context;

  private Trees(Calling context) {
    this.context = context;
  }

  static ObjectValue of(Calling context, Node node) {
    return new Trees(context).object(node);
  }

  private ObjectValue object(Node node) {
    context.spend(node.shape.members().size());
    var members = new HashMap<Value, Value>();
    for (var member : node.shape.members()) {
      Value value = value(node, member);
      if (value != null) members.put(Value.of(member.name()), value);
    }
    return ObjectValue.owning(members);
  }

  private @Nullable Value value(Node node, Shape.Member member) {
    String name = member.name();
    return switch (member.holds()) {
      case TEXT -> Value.of(node.text(name));
      case FLAG -> Value.of(node.flag(name));
      case NUMBER -> Value.of(node.number(name));
      case TEXTS -> array(node.texts(name).stream().map(TextValue::new).toList());
      case NODES -> {
        var items = new ArrayList<Value>();
        for (Node one : node.nodes(name)) {
          var item = object(one);
          if (item.size() > 0) items.add(item);
        }
        yield array(items);
      }
      case NODE -> {
        Node one = node.node(name);
        if (one == null) yield null;
        var object = object(one);
        yield object.size() == 0 ? null : object;
      }
    };
  }

  private static @Nullable Value array(List<? extends Value> items) {
    return items.isEmpty() ? null : ArrayValue.of(items);
  }
}
