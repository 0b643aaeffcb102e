package dev.theca.rego.builtin.graphql;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.List;

/**
 * {@code graphql.*}. Documents are texts, or trees as these functions make them. What breaks a rule
 * is an answer or a fault, as the function has it; what is too deep to look at is always a fault.
 */
public final class GraphQl {
  private GraphQl() {}

  /** The functions. */
  public static List<Builtin> list() {
    String two = "string|object, string|object -> ";
    return List.of(
        Builtin.of("graphql.is_valid", two + "boolean", GraphQl::isValid),
        Builtin.of("graphql.parse", two + "array", GraphQl::parse),
        Builtin.of("graphql.parse_and_verify", two + "array", GraphQl::parseAndVerify),
        Builtin.of("graphql.parse_query", "string -> object", GraphQl::parseQuery),
        Builtin.of("graphql.parse_schema", "string -> object", GraphQl::parseSchema),
        Builtin.of("graphql.schema_is_valid", "string|object -> boolean", GraphQl::isSchema));
  }

  private static Node readQuery(Calling context, Value value) throws Invalid, BuiltinFault {
    return value instanceof TextValue(String text)
        ? QueryParser.read(context, text)
        : TreeReader.read(context, Shape.QUERY_DOCUMENT, value);
  }

  private static Node readSchema(Calling context, Value value) throws Invalid, BuiltinFault {
    return value instanceof TextValue(String text)
        ? SchemaParser.read(context, text)
        : TreeReader.read(context, Shape.SCHEMA_DOCUMENT, value);
  }

  /** The trees of a query and its schema, which hold. */
  private record Checked(ObjectValue query, ObjectValue schema) {
    static Checked of(Calling context, Value[] a) throws Invalid, BuiltinFault {
      Node query = readQuery(context, a[0]);
      Node document = readSchema(context, a[1]);
      // before a schema takes the document's definitions over
      var checked = new Checked(Trees.of(context, query), Trees.of(context, document));
      Walk.check(context, Schema.of(context, document), query);
      return checked;
    }
  }

  private static Value isValid(Calling context, Value[] a) throws BuiltinFault {
    try {
      Node query = readQuery(context, a[0]);
      Walk.check(context, Schema.of(context, readSchema(context, a[1])), query);
      return Value.of(true);
    } catch (Invalid e) {
      return Value.of(false);
    }
  }

  private static Value parse(Calling context, Value[] a) throws BuiltinFault {
    try {
      var checked = Checked.of(context, a);
      return ArrayValue.owning(checked.query(), checked.schema());
    } catch (Invalid e) {
      throw e.fault();
    }
  }

  private static Value parseAndVerify(Calling context, Value[] a) throws BuiltinFault {
    try {
      var checked = Checked.of(context, a);
      return ArrayValue.owning(Value.of(true), checked.query(), checked.schema());
    } catch (Invalid e) {
      return ArrayValue.owning(Value.of(false), ObjectValue.EMPTY, ObjectValue.EMPTY);
    }
  }

  private static Value parseQuery(Calling context, Value[] a) throws BuiltinFault {
    try {
      return Trees.of(context, readQuery(context, a[0]));
    } catch (Invalid e) {
      throw e.fault();
    }
  }

  private static Value parseSchema(Calling context, Value[] a) throws BuiltinFault {
    try {
      return Trees.of(context, readSchema(context, a[0]));
    } catch (Invalid e) {
      throw e.fault();
    }
  }

  private static Value isSchema(Calling context, Value[] a) throws BuiltinFault {
    try {
      Schema.of(context, readSchema(context, a[0]));
      return Value.of(true);
    } catch (Invalid e) {
      return Value.of(false);
    }
  }
}
