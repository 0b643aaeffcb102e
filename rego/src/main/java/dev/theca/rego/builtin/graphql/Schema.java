package dev.theca.rego.builtin.graphql;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The types and directives of a document and of the language, by name; all of them hold. */
final class Schema {
  /** Directives that a document may define once more. */
  private static final Set<String> KNOWN = Set.of("include", "skip", "deprecated", "specifiedBy");

  final Map<String, Node> types = new TreeMap<>();
  final Map<String, Node> directives = new TreeMap<>();
  private final Map<String, Node> roots = new TreeMap<>();
  private final Map<String, Set<String>> possible = new TreeMap<>();

  private Schema() {}

  /**
   * The schema of a document, whose definitions it may change.
   *
   * @throws Invalid when it breaks a rule of the specification's section 3
   */
  static Schema of(Calling context, Node document) throws Invalid, BuiltinFault {
    var schema = new Schema();
    Node prelude = SchemaParser.read(context, Prelude.TEXT);
    for (Node own : prelude.nodes("Definitions")) own.with("BuiltIn", true);
    schema.define(prelude);
    schema.define(document);
    schema.extend(document);
    schema.relate(context);
    schema.direct(prelude);
    schema.direct(document);
    schema.root(document);
    new SchemaRules(context, schema).check();
    schema.introspect(document);
    return schema;
  }

  @Nullable Node type(String name) {
    return types.get(name);
  }

  /** The type of the operation: query, mutation or subscription. */
  @Nullable Node root(String operation) {
    return roots.get(operation.isEmpty() ? "query" : operation);
  }

  /** The names of the types that a value of this type may have. */
  Set<String> possible(String name) {
    return possible.getOrDefault(name, Set.of());
  }

  static Invalid invalid(Place at, String message) {
    return new Invalid(
        "Error in gqlparser SchemaDocument to Schema conversion: input:" + at + ": " + message);
  }

  private void define(Node document) throws Invalid {
    for (Node one : document.nodes("Definitions"))
      if (types.putIfAbsent(one.name(), one) != null)
        throw invalid(one.at, "Cannot redeclare type " + one.name() + ".");
  }

  /** An extension of what is not there defines it, as in Open Policy Agent. */
  private void extend(Node document) throws Invalid {
    for (Node one : document.nodes("Extensions")) {
      String kind = one.text("Kind");
      Node base =
          types.computeIfAbsent(
              one.name(),
              name -> new Node(Shape.DEFINITION, one.at).with("Kind", kind).with("Name", name));
      if (!Types.is(base, kind))
        throw invalid(
            one.at,
            "Cannot extend type %s because the base type is a %s, not %s."
                .formatted(one.name(), base.text("Kind"), kind));
      base.extend(one);
    }
  }

  private void relate(Calling context) {
    for (Node one : types.values()) {
      context.spend(1);
      List<String> wider = one.texts("Interfaces");
      context.spend(wider.size());
      if (Types.is(one, "UNION")) {
        context.spend(one.texts("Types").size());
        one.texts("Types").stream().filter(types::containsKey).forEach(t -> add(one.name(), t));
      }
      if (Types.is(one, "INPUT_OBJECT", "OBJECT", "INTERFACE"))
        wider.forEach(name -> add(name, one.name()));
      if (Types.is(one, "INPUT_OBJECT", "OBJECT")) add(one.name(), one.name());
    }
  }

  private void add(String wide, String narrow) {
    possible.computeIfAbsent(wide, _ -> new LinkedHashSet<>()).add(narrow);
  }

  private void direct(Node document) throws Invalid {
    for (Node one : document.nodes("Directives"))
      if (directives.put(one.name(), one) != null && !KNOWN.contains(one.name()))
        throw invalid(one.at, "Cannot redeclare directive " + one.name() + ".");
  }

  private void root(Node document) throws Invalid {
    List<Node> given = document.nodes("Schema");
    if (given.size() > 1)
      throw invalid(
          given.get(1).at,
          "Cannot have multiple schema entry points, consider schema extensions instead.");
    var all = new ArrayList<>(given);
    all.addAll(document.nodes("SchemaExtension"));
    for (Node schema : all)
      for (Node entry : schema.nodes("OperationTypes")) {
        Node type = types.get(entry.text("Type"));
        if (type == null)
          throw invalid(
              entry.at,
              "Schema root %s refers to a type %s that does not exist."
                  .formatted(entry.text("Operation"), entry.text("Type")));
        roots.put(entry.text("Operation"), type);
      }
  }

  /** Roots by their names, where no schema names them, and the fields that ask for the schema. */
  private void introspect(Node document) {
    if (document.nodes("Schema").isEmpty())
      for (String name : List.of("Query", "Mutation", "Subscription")) {
        Node type = types.get(name);
        if (type != null) roots.putIfAbsent(name.toLowerCase(java.util.Locale.ROOT), type);
      }
    Node query = roots.get("query");
    if (query == null) return;
    Node name =
        new Node(Shape.ARGUMENT_DEFINITION, Place.NONE)
            .with("Name", "name")
            .with("Type", Types.reference("String", true));
    Node added =
        new Node(Shape.DEFINITION, Place.NONE)
            .with(
                "Fields",
                List.of(
                    new Node(Shape.FIELD_DEFINITION, Place.NONE)
                        .with("Name", "__schema")
                        .with("Type", Types.reference("__Schema", true)),
                    new Node(Shape.FIELD_DEFINITION, Place.NONE)
                        .with("Name", "__type")
                        .with("Type", Types.reference("__Type", false))
                        .with("Arguments", List.of(name))));
    query.extend(added);
  }

  /** The first of a list whose name was there before; null where all differ. */
  static @Nullable Node repeated(List<Node> nodes) {
    var names = new HashSet<String>();
    for (Node one : nodes) if (!names.add(one.name())) return one;
    return null;
  }
}
