package dev.theca.rego.builtin.graphql;

import dev.theca.rego.builtin.graphql.Token.Kind;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads type system documents (specification, section 3). */
final class SchemaParser {
  /** The words that begin a type, and what it is then. */
  private static final Map<String, String> KINDS =
      Map.of(
          "scalar", "SCALAR",
          "type", "OBJECT",
          "interface", "INTERFACE",
          "union", "UNION",
          "enum", "ENUM",
          "input", "INPUT_OBJECT");

  private static final Set<String> LOCATIONS =
      Set.of(
          "QUERY",
          "MUTATION",
          "SUBSCRIPTION",
          "FIELD",
          "FRAGMENT_DEFINITION",
          "FRAGMENT_SPREAD",
          "INLINE_FRAGMENT",
          "VARIABLE_DEFINITION",
          "SCHEMA",
          "SCALAR",
          "OBJECT",
          "FIELD_DEFINITION",
          "ARGUMENT_DEFINITION",
          "INTERFACE",
          "UNION",
          "ENUM",
          "ENUM_VALUE",
          "INPUT_OBJECT",
          "INPUT_FIELD_DEFINITION");

  private final Tokens in;
  private final Literals literals;

  private SchemaParser(Tokens in) {
    this.in = in;
    this.literals = new Literals(in);
  }

  static Node read(Calling context, String text) throws Invalid, BuiltinFault {
    return new SchemaParser(new Tokens(context, text)).document();
  }

  /** A description, and the comments before it and behind it. */
  private record Described(@Nullable Node before, String text, @Nullable Node after) {
    Node of(Node node) {
      return node.with("BeforeDescriptionComment", before)
          .with("Description", text)
          .with("AfterDescriptionComment", after);
    }
  }

  private Described described() throws Invalid {
    if (!in.at(Kind.STRING) && !in.at(Kind.BLOCK_STRING))
      return new Described(null, "", in.comments());
    Node before = in.comments();
    return new Described(before, in.next().value(), in.comments());
  }

  private Node document() throws Invalid, BuiltinFault {
    var schemas = new ArrayList<Node>();
    var schemaExtensions = new ArrayList<Node>();
    var directives = new ArrayList<Node>();
    var definitions = new ArrayList<Node>();
    var extensions = new ArrayList<Node>();
    while (!in.at(Kind.END)) {
      Described described = described();
      if (!in.at(Kind.NAME)) throw in.unexpected();
      String word = in.peek().value();
      if (KINDS.containsKey(word)) definitions.add(type(described, false));
      else if (word.equals("schema")) schemas.add(schema(described, false));
      else if (word.equals("directive")) directives.add(directive(described));
      else if (!word.equals("extend")) throw in.unexpected();
      else {
        if (!described.text().isEmpty()) throw in.unexpected(in.before());
        in.next();
        var only = new Described(null, "", described.after());
        if (in.at("schema")) schemaExtensions.add(schema(only, true));
        else extensions.add(type(only, true));
      }
    }
    return new Node(Shape.SCHEMA_DOCUMENT, new Place(1, 1))
        .with("Schema", schemas)
        .with("SchemaExtension", schemaExtensions)
        .with("Directives", directives)
        .with("Definitions", definitions)
        .with("Extensions", extensions)
        .with("Comment", in.comments());
  }

  private Node schema(Described described, boolean extension) throws Invalid, BuiltinFault {
    in.keyword("schema");
    Node schema = described.of(new Node(Shape.SCHEMA, in.place()));
    schema.with("Directives", literals.directives(true));
    list(schema, "OperationTypes", this::operationType);
    if (extension) check(schema, "Directives", "OperationTypes");
    return schema;
  }

  private Node operationType() throws Invalid {
    Node type = new Node(Shape.OPERATION_TYPE, in.place()).with("Comment", in.comments());
    Token operation = in.next();
    if (!Set.of("query", "mutation", "subscription").contains(operation.value()))
      throw in.unexpected(operation);
    type.with("Operation", operation.value());
    in.expect(Kind.COLON);
    return type.with("Type", in.name());
  }

  private void list(Node node, String member, Tokens.Item item) throws Invalid, BuiltinFault {
    var list = in.some(Kind.BRACE_OPEN, Kind.BRACE_CLOSE, item);
    node.with(member, list.items()).with("EndOfDefinitionComment", list.end());
  }

  /** An extension has to add something. */
  private void check(Node extension, String... members) throws Invalid {
    for (String member : members)
      if (!extension.nodes(member).isEmpty() || !extension.texts(member).isEmpty()) return;
    throw in.unexpected();
  }

  private Node type(Described described, boolean extension) throws Invalid, BuiltinFault {
    Token word = in.peek();
    String kind = KINDS.get(word.value());
    if (kind == null) throw in.unexpected();
    in.keyword(word.value());
    Node type = described.of(new Node(Shape.DEFINITION, in.place())).with("Kind", kind);
    type.with("Name", in.name());
    boolean implementing = kind.equals("OBJECT") || kind.equals("INTERFACE") && !extension;
    if (implementing && in.at("implements")) {
      in.next();
      type.with("Interfaces", names(Kind.AMP));
    }
    type.with("Directives", literals.directives(!extension || !kind.equals("INPUT_OBJECT")));
    switch (kind) {
      case "OBJECT", "INTERFACE" -> list(type, "Fields", this::field);
      case "INPUT_OBJECT" -> list(type, "Fields", () -> input(Shape.FIELD_DEFINITION));
      case "ENUM" -> list(type, "EnumValues", this::enumValue);
      case "UNION" -> {
        if (in.skip(Kind.EQUALS)) type.with("Types", names(Kind.PIPE));
      }
      default -> {
        // a scalar has nothing more
      }
    }
    if (extension) check(type, "Interfaces", "Directives", "Fields", "Types", "EnumValues");
    return type;
  }

  /** Names with a mark between them, and one before them perhaps. */
  private List<String> names(Kind mark) throws Invalid {
    in.skip(mark);
    var names = new ArrayList<String>();
    do names.add(in.name());
    while (in.skip(mark));
    return names;
  }

  private Node described(Shape shape) throws Invalid {
    Place at = in.place();
    var described = described();
    // a description without text hides the comments before it, as in Open Policy Agent
    Node before = described.text().isEmpty() ? null : described.before();
    return new Described(before, described.text(), described.after())
        .of(new Node(shape, at))
        .with("Name", in.name());
  }

  private Node field() throws Invalid, BuiltinFault {
    Node field = described(Shape.FIELD_DEFINITION);
    field.with("Arguments", arguments());
    in.expect(Kind.COLON);
    return field.with("Type", literals.type()).with("Directives", literals.directives(true));
  }

  private List<Node> arguments() throws Invalid, BuiltinFault {
    return in.some(Kind.PAREN_OPEN, Kind.PAREN_CLOSE, () -> input(Shape.ARGUMENT_DEFINITION))
        .items();
  }

  private Node input(Shape shape) throws Invalid, BuiltinFault {
    Node input = described(shape);
    in.expect(Kind.COLON);
    input.with("Type", literals.type());
    if (in.skip(Kind.EQUALS)) input.with("DefaultValue", literals.value(true));
    return input.with("Directives", literals.directives(true));
  }

  private Node enumValue() throws Invalid, BuiltinFault {
    return described(Shape.ENUM_VALUE).with("Directives", literals.directives(true));
  }

  private Node directive(Described described) throws Invalid, BuiltinFault {
    in.keyword("directive");
    in.expect(Kind.AT);
    Node directive = described.of(new Node(Shape.DIRECTIVE_DEFINITION, in.place()));
    directive.with("Name", in.name()).with("Arguments", arguments());
    if (in.at(Kind.NAME) && in.at("repeatable")) {
      in.next();
      directive.with("IsRepeatable", true);
    }
    in.keyword("on");
    in.skip(Kind.PIPE);
    var locations = new ArrayList<String>();
    do {
      Token location = in.expect(Kind.NAME);
      if (!LOCATIONS.contains(location.value())) throw in.unexpected(location);
      locations.add(location.value());
    } while (in.skip(Kind.PIPE));
    return directive.with("Locations", locations);
  }
}
