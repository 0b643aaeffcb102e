package dev.theca.rego.builtin.graphql;

import dev.theca.rego.builtin.graphql.Token.Kind;
import dev.theca.rego.spi.BuiltinFault;
import java.util.ArrayList;
import java.util.List;

/** What both kinds of documents have: values, arguments, directives, types. */
final class Literals {
  private final Tokens in;

  Literals(Tokens in) {
    this.in = in;
  }

  /** A value; a constant one names no variable. */
  Node value(boolean constant) throws Invalid, BuiltinFault {
    Token token = in.peek();
    return switch (token.kind()) {
      case BRACKET_OPEN -> list(constant);
      case BRACE_OPEN -> object(constant);
      case DOLLAR -> {
        if (constant) throw in.unexpected();
        yield value(token, ValueKind.VARIABLE).with("Raw", variable());
      }
      case INT -> scalar(ValueKind.INT);
      case FLOAT -> scalar(ValueKind.FLOAT);
      case STRING -> scalar(ValueKind.STRING);
      case BLOCK_STRING -> scalar(ValueKind.BLOCK);
      case NAME ->
          scalar(
              switch (token.value()) {
                case "true", "false" -> ValueKind.BOOLEAN;
                case "null" -> ValueKind.NULL;
                default -> ValueKind.ENUM;
              });
      case INVALID,
          END,
          BANG,
          AMP,
          PAREN_OPEN,
          PAREN_CLOSE,
          SPREAD,
          COLON,
          EQUALS,
          AT,
          BRACKET_CLOSE,
          BRACE_CLOSE,
          PIPE,
          COMMENT ->
          throw in.unexpected();
    };
  }

  private static Node value(Token token, ValueKind kind) {
    return new Node(Shape.VALUE, token.at()).with("Kind", kind.ordinal());
  }

  /** Comments before one are lost, as in Open Policy Agent. */
  private Node scalar(ValueKind kind) throws Invalid {
    Token token = in.next();
    return value(token, kind).with("Raw", token.value());
  }

  private Node list(boolean constant) throws Invalid, BuiltinFault {
    Node list = value(in.peek(), ValueKind.LIST).with("Comment", in.comments());
    return list.with(
        "Children",
        in.many(
            Kind.BRACKET_OPEN,
            Kind.BRACKET_CLOSE,
            () -> new Node(Shape.CHILD, Place.NONE).with("Value", value(constant))));
  }

  private Node object(boolean constant) throws Invalid, BuiltinFault {
    Node object = value(in.peek(), ValueKind.OBJECT).with("Comment", in.comments());
    return object.with(
        "Children", in.many(Kind.BRACE_OPEN, Kind.BRACE_CLOSE, () -> pair(Shape.CHILD, constant)));
  }

  /** {@code name: value}. */
  private Node pair(Shape shape, boolean constant) throws Invalid, BuiltinFault {
    Node pair = new Node(shape, in.place()).with("Comment", in.comments());
    pair.with("Name", in.name());
    in.expect(Kind.COLON);
    return pair.with("Value", value(constant));
  }

  String variable() throws Invalid {
    in.expect(Kind.DOLLAR);
    return in.name();
  }

  List<Node> arguments(boolean constant) throws Invalid, BuiltinFault {
    return in.many(Kind.PAREN_OPEN, Kind.PAREN_CLOSE, () -> pair(Shape.ARGUMENT, constant));
  }

  List<Node> directives(boolean constant) throws Invalid, BuiltinFault {
    var all = new ArrayList<Node>();
    while (in.skip(Kind.AT)) {
      Node one = new Node(Shape.DIRECTIVE, in.place()).with("Name", in.name());
      all.add(one.with("Arguments", arguments(constant)));
    }
    return all;
  }

  Node type() throws Invalid, BuiltinFault {
    Node type;
    if (in.skip(Kind.BRACKET_OPEN)) {
      in.enter();
      type = new Node(Shape.TYPE, in.place());
      type.with("Elem", type());
      in.expect(Kind.BRACKET_CLOSE);
      in.leave();
    } else type = new Node(Shape.TYPE, in.place()).with("NamedType", in.name());
    return in.skip(Kind.BANG) ? type.with("NonNull", true) : type;
  }
}
