package dev.theca.rego.builtin.graphql;

import dev.theca.rego.builtin.graphql.Token.Kind;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import java.util.ArrayList;
import java.util.List;

/** Reads executable documents (specification, section 2). */
final class QueryParser {
  private final Tokens in;
  private final Literals literals;

  private QueryParser(Tokens in) {
    this.in = in;
    this.literals = new Literals(in);
  }

  static Node read(Calling context, String text) throws Invalid, BuiltinFault {
    return new QueryParser(new Tokens(context, text)).document();
  }

  private Node document() throws Invalid, BuiltinFault {
    var operations = new ArrayList<Node>();
    var fragments = new ArrayList<Node>();
    while (!in.at(Kind.END)) {
      if (in.at(Kind.BRACE_OPEN)) operations.add(shorthand());
      else if (!in.at(Kind.NAME)) throw in.unexpected();
      else if (in.at("fragment")) fragments.add(fragment());
      else operations.add(operation());
    }
    return new Node(Shape.QUERY_DOCUMENT, new Place(1, 1))
        .with("Operations", operations)
        .with("Fragments", fragments);
  }

  /** Comments before one are lost, as in Open Policy Agent. */
  private Node shorthand() throws Invalid, BuiltinFault {
    Node operation = new Node(Shape.OPERATION, in.place()).with("Operation", "query");
    return operation.with("SelectionSet", selections());
  }

  private Node operation() throws Invalid, BuiltinFault {
    Node operation = new Node(Shape.OPERATION, in.place()).with("Comment", in.comments());
    if (!in.at("query") && !in.at("mutation") && !in.at("subscription")) throw in.unexpected();
    operation.with("Operation", in.next().value());
    if (in.at(Kind.NAME)) operation.with("Name", in.next().value());
    return operation
        .with("VariableDefinitions", variables())
        .with("Directives", literals.directives(false))
        .with("SelectionSet", selections());
  }

  private Node fragment() throws Invalid, BuiltinFault {
    Node fragment = new Node(Shape.FRAGMENT, in.place()).with("Comment", in.comments());
    in.keyword("fragment");
    fragment.with("Name", fragmentName()).with("VariableDefinition", variables());
    in.keyword("on");
    return fragment
        .with("TypeCondition", in.name())
        .with("Directives", literals.directives(false))
        .with("SelectionSet", selections());
  }

  private String fragmentName() throws Invalid {
    if (in.at("on")) throw in.unexpected();
    return in.name();
  }

  private List<Node> variables() throws Invalid, BuiltinFault {
    return in.many(Kind.PAREN_OPEN, Kind.PAREN_CLOSE, this::variable);
  }

  private Node variable() throws Invalid, BuiltinFault {
    Node variable = new Node(Shape.VARIABLE, in.place()).with("Comment", in.comments());
    variable.with("Variable", literals.variable());
    in.expect(Kind.COLON);
    variable.with("Type", literals.type());
    if (in.skip(Kind.EQUALS)) variable.with("DefaultValue", literals.value(true));
    return variable.with("Directives", literals.directives(false));
  }

  private List<Node> selections() throws Invalid, BuiltinFault {
    if (!in.at(Kind.BRACE_OPEN)) in.expect(Kind.BRACE_OPEN);
    return in.some(Kind.BRACE_OPEN, Kind.BRACE_CLOSE, this::selection).items();
  }

  private Node selection() throws Invalid, BuiltinFault {
    return in.at(Kind.SPREAD) ? spread() : field();
  }

  private Node field() throws Invalid, BuiltinFault {
    Node field = new Node(Shape.FIELD, in.place()).with("Comment", in.comments());
    String alias = in.name();
    field.with("Alias", alias).with("Name", in.skip(Kind.COLON) ? in.name() : alias);
    field
        .with("Arguments", literals.arguments(false))
        .with("Directives", literals.directives(false));
    return in.at(Kind.BRACE_OPEN) ? field.with("SelectionSet", selections()) : field;
  }

  private Node spread() throws Invalid, BuiltinFault {
    Node comments = in.comments();
    in.expect(Kind.SPREAD);
    Place at = in.place();
    if (in.at(Kind.NAME) && !in.at("on"))
      return new Node(Shape.SPREAD, at)
          .with("Comment", comments)
          .with("Name", fragmentName())
          .with("Directives", literals.directives(false));
    Node inline = new Node(Shape.INLINE, at).with("Comment", comments);
    if (in.at("on")) {
      in.next();
      inline.with("TypeCondition", in.name());
    }
    return inline.with("Directives", literals.directives(false)).with("SelectionSet", selections());
  }
}
