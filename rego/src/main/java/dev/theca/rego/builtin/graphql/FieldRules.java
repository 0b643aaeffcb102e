package dev.theca.rego.builtin.graphql;

import java.util.HashMap;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Fields and their arguments, those of directives too (specification, 5.3 and 5.4). */
final class FieldRules implements Rule {
  @Override
  public void field(Walk walk, Node field) {
    Node parent = field.parent;
    Node definition = field.definition;
    unique(walk, field);
    if (definition == null) {
      if (parent != null) unknown(walk, field, parent);
      return;
    }
    if (parent != null)
      known(
          walk,
          field,
          definition,
          () -> " on field \"" + parent.name() + "." + field.name() + "\".");
    required(walk, field, definition, "Field \"");
    leaf(walk, field, definition);
  }

  @Override
  public void directive(Walk walk, Node directive, String location) {
    unique(walk, directive);
    Node definition = directive.definition;
    if (definition == null) return;
    known(walk, directive, definition, () -> " on directive \"@" + directive.name() + "\".");
    required(walk, directive, definition, "Directive \"@");
  }

  private static void unknown(Walk walk, Node field, Node parent) {
    String message =
        "Cannot query field \"" + field.name() + "\" on type \"" + parent.name() + "\".";
    String types = narrower(walk, field, parent);
    var names =
        Types.is(parent, "OBJECT", "INTERFACE") && types.isEmpty()
            ? parent.nodes("Fields").stream().map(Node::name).toList()
            : List.<String>of();
    walk.findings.add(
        field, message + types + Suggestions.of(walk.context, "Did you mean", field.name(), names));
  }

  /** Types that have the field, where the one asked may be one of them: interfaces first. */
  private static String narrower(Walk walk, Node field, Node parent) {
    if (!Types.is(parent, "INTERFACE", "UNION")) return "";
    var uses = new HashMap<String, Integer>();
    var having =
        walk.schema.possible(parent.name()).stream()
            .map(walk.schema.types::get)
            .filter(type -> type != null && type.find("Fields", field.name()) != null)
            .toList();
    walk.context.spend(having.size());
    for (Node type : having)
      for (String wide : type.texts("Interfaces")) {
        walk.context.spend(1);
        Node one = walk.schema.type(wide);
        if (one != null && one.find("Fields", field.name()) != null)
          uses.merge(wide, 1, Integer::sum);
      }
    var names =
        Stream.concat(
                uses.keySet().stream(),
                having.stream().map(Node::name).filter(name -> !uses.containsKey(name)))
            .sorted(
                (a, b) -> {
                  int more = uses.getOrDefault(b, 0) - uses.getOrDefault(a, 0);
                  return more != 0 ? more : a.compareTo(b);
                })
            .toList();
    return Suggestions.text("Did you mean to use an inline fragment on", names);
  }

  private static void unique(Walk walk, Node user) {
    var seen = new HashMap<String, Integer>();
    for (Node one : user.nodes("Arguments"))
      if (seen.merge(one.name(), 1, Integer::sum) == 2)
        walk.findings.add(one, "There can be only one argument named \"" + one.name() + "\".");
  }

  private static void known(Walk walk, Node user, Node definition, Supplier<String> where) {
    for (Node one : user.nodes("Arguments")) {
      if (definition.find("Arguments", one.name()) != null) continue;
      var names = definition.nodes("Arguments").stream().map(Node::name).toList();
      walk.findings.add(
          user,
          "Unknown argument \""
              + one.name()
              + "\""
              + where.get()
              + Suggestions.of(walk.context, "Did you mean", one.name(), names));
    }
  }

  private static void required(Walk walk, Node user, Node definition, String who) {
    List<Node> arguments = definition.nodes("Arguments");
    walk.context.spend(arguments.size());
    for (Node one : arguments) {
      Node type = one.must("Type");
      if (!type.flag("NonNull") || one.has("DefaultValue")) continue;
      if (user.find("Arguments", one.name()) != null) continue;
      walk.findings.add(
          user,
          who
              + user.name()
              + "\" argument \""
              + one.name()
              + "\" of type \""
              + Types.shown(type)
              + "\" is required, but it was not provided.");
    }
  }

  private static void leaf(Walk walk, Node field, Node definition) {
    Node type = walk.schema.type(Types.name(definition.must("Type")));
    if (type == null) return;
    boolean selects = !field.nodes("SelectionSet").isEmpty();
    String name = field.name();
    if (Types.isLeaf(type) && selects)
      walk.findings.add(
          field,
          "Field \"%s\" must not have a selection since type \"%s\" has no subfields."
              .formatted(name, type.name()));
    if (!Types.isLeaf(type) && !selects)
      walk.findings.add(
          field,
          "Field \"%s\" of type \"%s\" must have a selection of subfields. Did you mean \"%s { ... }\"?"
              .formatted(name, Types.shown(definition.must("Type")), name));
  }
}
