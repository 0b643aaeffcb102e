package dev.theca.rego.builtin.graphql;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a query beside its schema, finds what defines each part, and tells the rules. What a
 * fragment holds is seen within every operation that spreads it, once, and on its own.
 */
final class Walk {
  final Calling context;
  final Schema schema;
  final Node document;
  final Findings findings;

  private final List<Rule> rules =
      List.of(
          new FieldRules(),
          new FragmentRules(),
          new FragmentCycles(),
          new IntrospectionDepth(),
          new DirectiveRules(),
          new OperationRules(),
          new VariableRules(),
          new Overlaps(),
          new ValueRules());

  private Set<String> spreads = new HashSet<>();
  private @Nullable Node operation;
  private int depth;

  private Walk(Calling context, Schema schema, Node document) {
    this.context = context;
    this.schema = schema;
    this.document = document;
    this.findings = new Findings(context);
  }

  /**
   * Checks a query.
   *
   * @throws Invalid when it breaks a rule of the specification's section 5
   */
  static void check(Calling context, Schema schema, Node document) throws Invalid, BuiltinFault {
    var walk = new Walk(context, schema, document);
    for (Node one : document.nodes("Operations")) walk.operation(one);
    for (Node one : document.nodes("Fragments")) walk.fragment(one);
    walk.findings.check();
  }

  /** The operation that is being walked, null within a fragment on its own. */
  @Nullable Node operation() {
    return operation;
  }

  private void operation(Node one) throws BuiltinFault {
    spreads = new HashSet<>();
    operation = one;
    List<Node> variables = one.nodes("VariableDefinitions");
    for (Node variable : variables) {
      context.spend(1);
      variable.definition = schema.type(Types.name(variable.must("Type")));
      for (Rule rule : rules) rule.variable(this, variable);
      Node value = variable.node("DefaultValue");
      if (value == null) continue;
      value.expected = variable.must("Type");
      value.definition = variable.definition;
    }
    for (Node variable : variables) {
      Node value = variable.node("DefaultValue");
      if (value != null) value(value);
      directives(variable.nodes("Directives"), "VARIABLE_DEFINITION");
    }
    String kind = one.text("Operation").isEmpty() ? "query" : one.text("Operation");
    directives(one.nodes("Directives"), kind.toUpperCase(Locale.ROOT));
    selections(schema.root(kind), one);
    for (Rule rule : rules) rule.operation(this, one);
    operation = null;
  }

  private void fragment(Node one) throws BuiltinFault {
    spreads = new HashSet<>();
    one.definition = schema.type(one.text("TypeCondition"));
    directives(one.nodes("Directives"), "FRAGMENT_DEFINITION");
    selections(one.definition, one);
    for (Rule rule : rules) rule.fragment(this, one);
  }

  private void directives(List<Node> directives, String location) throws BuiltinFault {
    for (Node one : directives) {
      context.spend(1);
      one.definition = schema.directives.get(one.name());
      arguments(one);
      for (Rule rule : rules) rule.directive(this, one, location);
    }
    for (Rule rule : rules) rule.directives(this, directives);
  }

  private void arguments(Node user) throws BuiltinFault {
    Node definition = user.definition;
    for (Node one : user.nodes("Arguments")) {
      Node value = one.must("Value");
      Node argument = definition == null ? null : definition.find("Arguments", one.name());
      if (argument != null) expect(value, argument);
      value(value);
    }
  }

  private void expect(Node value, Node by) {
    Node otherwise = by.node("DefaultValue");
    value.expected = by.must("Type");
    value.optional = otherwise != null && ValueKind.of(otherwise) != ValueKind.NULL;
    value.definition = schema.type(Types.name(by.must("Type")));
  }

  private void value(Node value) throws BuiltinFault {
    enter();
    var kind = ValueKind.of(value);
    if (kind == ValueKind.VARIABLE && operation != null) {
      value.variable = operation.find("VariableDefinitions", "Variable", value.text("Raw"));
      if (value.variable != null) value.variable.used = true;
    }
    for (Node child : value.nodes("Children")) {
      if (kind != ValueKind.OBJECT && kind != ValueKind.LIST) break;
      Node inner = child.must("Value");
      Node type = value.definition;
      Node expected = value.expected;
      if (kind == ValueKind.OBJECT) {
        Node field = type == null ? null : type.find("Fields", child.name());
        if (field != null) expect(inner, field);
      } else if (expected != null && expected.node("Elem") != null) {
        inner.expected = expected.node("Elem");
        inner.definition = type;
      }
      value(inner);
    }
    for (Rule rule : rules) rule.value(this, value);
    depth--;
  }

  private void selections(@Nullable Node parent, Node holder) throws BuiltinFault {
    enter();
    for (Node one : holder.nodes("SelectionSet")) {
      context.spend(1);
      one.parent = parent;
      switch (one.shape) {
        case FIELD -> field(parent, one);
        case INLINE -> inline(parent, one);
        case SPREAD -> spread(one);
        default -> throw new IllegalStateException(one.shape.name());
      }
    }
    depth--;
  }

  private void field(@Nullable Node parent, Node field) throws BuiltinFault {
    if (field.name().equals("__typename"))
      field.definition =
          new Node(Shape.FIELD_DEFINITION, Place.NONE)
              .with("Name", "__typename")
              .with("Type", Types.reference("String", false));
    else field.definition = parent == null ? null : parent.find("Fields", field.name());
    Node definition = field.definition;
    Node type = definition == null ? null : schema.type(Types.name(definition.must("Type")));
    arguments(field);
    directives(field.nodes("Directives"), "FIELD");
    selections(type, field);
    for (Rule rule : rules) rule.field(this, field);
  }

  private void inline(@Nullable Node parent, Node inline) throws BuiltinFault {
    String condition = inline.text("TypeCondition");
    Node type = condition.isEmpty() ? parent : schema.type(condition);
    directives(inline.nodes("Directives"), "INLINE_FRAGMENT");
    selections(type, inline);
    for (Rule rule : rules) rule.inline(this, inline);
  }

  private void spread(Node spread) throws BuiltinFault {
    Node fragment = document.find("Fragments", spread.name());
    spread.definition = fragment;
    directives(spread.nodes("Directives"), "FRAGMENT_SPREAD");
    if (fragment != null && spreads.add(fragment.name()))
      selections(schema.type(fragment.text("TypeCondition")), fragment);
    for (Rule rule : rules) rule.spread(this, spread);
  }

  private void enter() throws BuiltinFault {
    context.spend(1);
    if (++depth > Tokens.MAX_DEPTH)
      throw new BuiltinFault("nested deeper than " + Tokens.MAX_DEPTH + " levels");
  }
}
