package dev.theca.rego.builtin.graphql;

import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules that a schema keeps to (specification, section 3), in Open Policy Agent's words. */
final class SchemaRules {
  private static final String OUTPUT = "SCALAR, OBJECT, INTERFACE, UNION, ENUM";
  private static final String INPUT = "SCALAR, ENUM, INPUT_OBJECT";

  private final Calling context;
  private final Schema schema;

  SchemaRules(Calling context, Schema schema) {
    this.context = context;
    this.schema = schema;
  }

  void check() throws Invalid {
    for (Node type : schema.types.values()) type(type);
    for (Node directive : schema.directives.values()) {
      name(directive);
      arguments(directive.nodes("Arguments"), directive.name());
    }
  }

  private void type(Node type) throws Invalid {
    List<Node> fields = type.nodes("Fields");
    context.spend(1L + fields.size());
    String location =
        Types.is(type, "INPUT_OBJECT") ? "INPUT_FIELD_DEFINITION" : "FIELD_DEFINITION";
    for (Node field : fields) {
      name(field);
      reference(field.must("Type"));
      arguments(field.nodes("Arguments"), null);
      directives(field.nodes("Directives"), location, null);
    }
    for (String member : type.texts("Types")) member(type, member);
    List<String> interfaces = type.texts("Interfaces");
    for (String one : interfaces) new Implementing(context, schema, type).check(one);
    String what = type.text("Kind") + " " + type.name() + ": ";
    switch (type.text("Kind")) {
      case "OBJECT", "INTERFACE" -> {
        if (fields.isEmpty()) throw fault(type, what + "must define one or more fields.");
        for (Node field : fields)
          if (Types.is(of(field), "INPUT_OBJECT") || !isKnownKind(of(field)))
            throw fault(field, what + "field must be one of " + OUTPUT + ".");
      }
      case "ENUM" -> {
        List<Node> values = type.nodes("EnumValues");
        context.spend(values.size());
        if (values.isEmpty())
          throw fault(type, what + "must define one or more unique enum values.");
        for (Node value : values)
          if (Set.of("true", "false", "null").contains(value.name()))
            throw fault(type, what + "non-enum value " + value.name() + ".");
      }
      case "INPUT_OBJECT" -> {
        if (fields.isEmpty()) throw fault(type, what + "must define one or more input fields.");
        for (Node field : fields) {
          Node of = of(field);
          if (of != null && !Types.isInput(of))
            throw fault(
                field,
                of.text("Kind") + " " + field.name() + ": field must be one of " + INPUT + ".");
        }
      }
      default -> {
        // scalars and unions have no fields
      }
    }
    Node twice = Schema.repeated(fields);
    if (twice != null)
      throw fault(
          twice, "Field " + type.name() + "." + twice.name() + " can only be defined once.");
    if (!type.flag("BuiltIn")) name(type);
    directives(type.nodes("Directives"), type.text("Kind"), null);
  }

  private static boolean isKnownKind(@Nullable Node type) {
    return type == null || Types.isComposite(type) || Types.isLeaf(type);
  }

  private @Nullable Node of(Node field) {
    return schema.type(Types.name(field.must("Type")));
  }

  private void member(Node union, String name) throws Invalid {
    context.spend(1);
    Node type = schema.type(name);
    if (type == null) throw fault(union, "Undefined type " + Value.of(name) + ".");
    if (!Types.is(type, "OBJECT"))
      throw fault(union, union.text("Kind") + " type " + Value.of(name) + " must be OBJECT.");
  }

  private void name(Node node) throws Invalid {
    if (node.name().startsWith("__"))
      throw fault(
          node,
          "Name \""
              + node.name()
              + "\" must not begin with \"__\", which is reserved by GraphQL introspection.");
  }

  private Node reference(Node type) throws Invalid {
    Node found = schema.type(Types.name(type));
    if (found == null) throw fault(type, "Undefined type " + Types.name(type) + ".");
    return found;
  }

  private void arguments(List<Node> arguments, @Nullable String directive) throws Invalid {
    context.spend(arguments.size());
    for (Node one : arguments) {
      name(one);
      Node type = reference(one.must("Type"));
      if (!Types.isInput(type))
        throw fault(
            one,
            "cannot use %s as argument %s because %s is not a valid input type"
                .formatted(Types.shown(one.must("Type")), one.name(), type.text("Kind")));
      directives(one.nodes("Directives"), "ARGUMENT_DEFINITION", directive);
    }
  }

  private void directives(List<Node> used, String location, @Nullable String current)
      throws Invalid {
    context.spend(used.size());
    for (Node one : used) {
      name(one);
      if (one.name().equals(current))
        throw fault(one, "Directive " + current + " cannot refer to itself.");
      Node directive = schema.directives.get(one.name());
      if (directive == null) throw fault(one, "Undefined directive " + one.name() + ".");
      List<String> locations = directive.texts("Locations");
      context.spend(locations.size());
      if (!new HashSet<>(locations).contains(location))
        throw fault(one, "Directive " + one.name() + " is not applicable on " + location + ".");
    }
  }

  private static Invalid fault(Node node, String message) {
    return Schema.invalid(node.at, message);
  }
}
