package dev.theca.rego.builtin.graphql;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.JsonText;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Documents that a policy hands over as values: members of other names are left out, as Go's
 * decoder does. A selection is always read as a field there, so that fragments are lost; so it is
 * here.
 */
final class TreeReader {
  /** Where names of members have to be written exactly. */
  private static final Set<Shape> EXACT =
      EnumSet.of(Shape.OPERATION, Shape.FRAGMENT, Shape.FIELD, Shape.INLINE);

  private final Calling context;

  private TreeReader(Calling context) {
    this.context = context;
  }

  static Node read(Calling context, Shape shape, Value value) throws Invalid, BuiltinFault {
    return new TreeReader(context).node(shape, value, 0);
  }

  private Node node(Shape shape, Value value, int depth) throws Invalid, BuiltinFault {
    if (depth > Tokens.MAX_DEPTH)
      throw new BuiltinFault("nested deeper than " + Tokens.MAX_DEPTH + " levels");
    if (!(value instanceof ObjectValue object)) throw wrong(value, shape.name());
    context.spend(1L + object.size());
    Node node = new Node(shape, Place.NONE);
    for (Value key : object.keys()) {
      Value given = object.get(key);
      var member = member(shape, JsonText.name(key));
      if (member.isEmpty() || given == null || given instanceof NullValue) continue;
      node.with(member.get().name(), read(member.get(), given, depth + 1));
    }
    for (var member : shape.members())
      if (member.required() && !node.has(member.name()))
        throw new Invalid(shape.name() + " has no " + member.name());
    if (shape == Shape.TYPE && node.text("NamedType").isEmpty() && !node.has("Elem"))
      throw new Invalid("TYPE has no NamedType");
    return node;
  }

  private static Optional<Shape.Member> member(Shape shape, String name) {
    for (var member : shape.members())
      if (EXACT.contains(shape) ? member.name().equals(name) : member.name().equalsIgnoreCase(name))
        return Optional.of(member);
    return Optional.empty();
  }

  private Object read(Shape.Member member, Value value, int depth) throws Invalid, BuiltinFault {
    return switch (member.holds()) {
      case TEXT -> text(member, value);
      case FLAG -> {
        if (!(value instanceof BoolValue flag)) throw wrong(value, member.name());
        yield flag.value();
      }
      case NUMBER -> {
        if (!(value instanceof NumberValue number)
            || !number.isLong()
            || !ValueKind.isOne((int) Math.clamp(number.longValue(), -1L, 99L)))
          throw wrong(value, member.name());
        yield (int) number.longValue();
      }
      case TEXTS -> {
        var texts = new ArrayList<String>();
        for (Value one : items(member, value)) texts.add(text(member, one));
        yield texts;
      }
      case NODES -> {
        var nodes = new ArrayList<Node>();
        boolean selections = member.of() == Shape.SELECTION;
        for (Value one : items(member, value))
          if (selections) selection(one, depth).ifPresent(nodes::add);
          else nodes.add(node(member.of(), one, depth));
        yield nodes;
      }
      case NODE -> node(member.of(), value, depth);
    };
  }

  /** What is neither of the three is left out. */
  private Optional<Node> selection(Value value, int depth) throws BuiltinFault {
    for (Shape shape : List.of(Shape.FIELD, Shape.SPREAD, Shape.INLINE)) {
      try {
        return Optional.of(node(shape, value, depth));
      } catch (Invalid e) {
        // the next one
      }
    }
    return Optional.empty();
  }

  private static String text(Shape.Member member, Value value) throws Invalid {
    if (value instanceof TextValue(String text)) return text;
    throw wrong(value, member.name());
  }

  private static Iterable<Value> items(Shape.Member member, Value value) throws Invalid {
    if (value instanceof ArrayValue array) return array;
    if (value instanceof SetValue set) return set;
    throw wrong(value, member.name());
  }

  private static Invalid wrong(Value value, String member) {
    return new Invalid("json: cannot unmarshal " + value.kind().word() + " into " + member);
  }
}
