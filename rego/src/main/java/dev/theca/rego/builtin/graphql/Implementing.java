package dev.theca.rego.builtin.graphql;

import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether a type has what its interfaces ask for (specification, section 3.6). */
final class Implementing {
  private final Calling context;
  private final Schema schema;
  private final Node type;

  Implementing(Calling context, Schema schema, Node type) {
    this.context = context;
    this.schema = schema;
    this.type = type;
  }

  void check(String name) throws Invalid {
    Node wide = schema.type(name);
    if (wide == null) throw fault(type, "Undefined type " + Value.of(name) + ".");
    if (!Types.is(wide, "INTERFACE"))
      throw fault(type, Value.of(name) + " is a non interface type " + wide.text("Kind") + ".");
    List<Node> required = wide.nodes("Fields");
    context.spend(1L + required.size());
    for (Node field : required) field(field, name);
    List<String> above = wide.texts("Interfaces");
    List<String> own = type.texts("Interfaces");
    context.spend((long) above.size() + own.size());
    Set<String> there = new HashSet<>(own);
    for (String one : above) {
      if (there.contains(one)) continue;
      throw fault(
          type,
          one.equals(type.name())
              ? "Type %s cannot implement %s because it would create a circular reference."
                  .formatted(type.name(), name)
              : "Type %s must implement %s because it is implemented by %s."
                  .formatted(type.name(), one, name));
    }
  }

  private void field(Node required, String wide) throws Invalid {
    String name = required.name();
    Node found = type.find("Fields", name);
    if (found == null) throw fault(type, begin(wide) + "it must have a field called " + name + ".");
    if (!isCovariant(required.must("Type"), found.must("Type")))
      throw fault(
          found,
          begin(wide)
              + "the field "
              + name
              + " must have type "
              + Types.shown(required.must("Type"))
              + ".");
    List<Node> wanted = required.nodes("Arguments");
    List<Node> given = found.nodes("Arguments");
    context.spend((long) wanted.size() + given.size());
    for (Node one : wanted) {
      Node argument = found.find("Arguments", one.name());
      if (argument == null)
        throw fault(found, same(wide, name) + "it is missing " + one.name() + ".");
      if (!Types.compatible(one.must("Type"), argument.must("Type")))
        throw fault(argument, same(wide, name) + one.name() + " has the wrong type.");
    }
    for (Node one : given)
      if (required.find("Arguments", one.name()) == null
          && one.must("Type").flag("NonNull")
          && !one.has("DefaultValue"))
        throw fault(
            one,
            begin(wide)
                + "any additional arguments on "
                + name
                + " must be optional or have a default value but "
                + one.name()
                + " is required.");
  }

  private String begin(String wide) {
    return "For " + type.name() + " to implement " + wide + " ";
  }

  private String same(String wide, String field) {
    return begin(wide) + "the field " + field + " must have the same arguments but ";
  }

  private boolean isCovariant(Node required, Node actual) {
    if (required.flag("NonNull") && !actual.flag("NonNull")) return false;
    String name = required.text("NamedType");
    if (!name.isEmpty())
      return name.equals(actual.text("NamedType"))
          || schema.possible(name).contains(actual.text("NamedType"));
    Node elem = required.node("Elem");
    Node other = actual.node("Elem");
    return elem == null || other != null && isCovariant(elem, other);
  }

  private static Invalid fault(Node node, String message) {
    return Schema.invalid(node.at, message);
  }
}
