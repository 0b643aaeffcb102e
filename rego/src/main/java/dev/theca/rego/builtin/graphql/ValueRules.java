package dev.theca.rego.builtin.graphql;

import dev.theca.rego.value.Value;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;

/** Values are of the types that are asked for (specification, 5.6). */
final class ValueRules implements Rule {
  /** What Go reads as a boolean. */
  private static final Set<String> FLAGS =
      Set.of("1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False");

  private static final Set<String> SCALARS = Set.of("Int", "Float", "String", "Boolean", "ID");

  @Override
  public void value(Walk walk, Node value) {
    if (ValueKind.of(value) == ValueKind.OBJECT) unique(walk, value);
    Node type = value.definition;
    Node expected = value.expected;
    if (type == null || expected == null) return;
    var kind = ValueKind.of(value);
    if (kind == ValueKind.NULL && expected.flag("NonNull"))
      walk.findings.add(
          value,
          "Expected value of type \"%s\", found %s."
              .formatted(Types.shown(expected), shown(walk, value)));
    if (Types.is(type, "SCALAR") && !SCALARS.contains(type.name())) return;
    if (!isReadable(walk, value)) unexpected(walk, value, type, expected);
    switch (kind) {
      case NULL, VARIABLE -> {
        // null is looked at above, and a variable by its own rules
      }
      case LIST -> {
        if (expected.node("Elem") == null) unexpected(walk, value, type, expected);
      }
      case INT -> only(walk, value, type, expected, Set.of("Int", "Float", "ID"));
      case FLOAT -> only(walk, value, type, expected, Set.of("Float"));
      case BOOLEAN -> only(walk, value, type, expected, Set.of("Boolean"));
      case STRING, BLOCK -> {
        if (Types.is(type, "ENUM"))
          walk.findings.add(
              value,
              "Enum \"%s\" cannot represent non-enum value: %s."
                      .formatted(Types.shown(expected), shown(walk, value))
                  + near(walk, value, type));
        else only(walk, value, type, expected, Set.of("String", "ID"));
      }
      case ENUM -> {
        if (!Types.is(type, "ENUM")) unexpected(walk, value, type, expected);
        else if (type.find("EnumValues", value.text("Raw")) == null)
          walk.findings.add(
              value,
              "Value \"%s\" does not exist in \"%s\" enum."
                      .formatted(value.text("Raw"), Types.shown(expected))
                  + near(walk, value, type));
      }
      case OBJECT -> object(walk, value, type);
    }
  }

  private static String near(Walk walk, Node value, Node type) {
    var names = type.nodes("EnumValues").stream().map(Node::name).toList();
    return Suggestions.of(walk.context, "Did you mean the enum value", value.text("Raw"), names);
  }

  private static void only(Walk walk, Node value, Node type, Node expected, Set<String> names) {
    if (!names.contains(type.name())) unexpected(walk, value, type, expected);
  }

  private static void unique(Walk walk, Node value) {
    var seen = new HashSet<String>();
    for (Node child : value.nodes("Children"))
      if (!seen.add(child.name()))
        walk.findings.add(
            child, "There can be only one input field named \"" + child.name() + "\".");
  }

  private static void object(Walk walk, Node value, Node type) {
    List<Node> fields = type.nodes("Fields");
    List<Node> children = value.nodes("Children");
    walk.context.spend((long) fields.size() + children.size());
    for (Node field : fields) {
      Node wanted = field.must("Type");
      if (wanted.flag("NonNull")
          && value.find("Children", field.name()) == null
          && !field.has("DefaultValue"))
        walk.findings.add(
            value,
            "Field \"%s.%s\" of required type \"%s\" was not provided."
                .formatted(type.name(), field.name(), Types.shown(wanted)));
    }
    if (type.find("Directives", "oneOf") != null) oneOf(walk, value, type, children);
    for (Node child : children) {
      if (type.find("Fields", child.name()) != null) continue;
      walk.findings.add(
          child,
          "Field \"%s\" is not defined by type \"%s\".".formatted(child.name(), type.name())
              + Suggestions.of(
                  walk.context,
                  "Did you mean",
                  child.name(),
                  fields.stream().map(Node::name).toList()));
    }
  }

  private static void oneOf(Walk walk, Node value, Node type, List<Node> children) {
    if (children.size() != 1) {
      walk.findings.add(
          value, "OneOf Input Object \"" + type.name() + "\" must specify exactly one key.");
      return;
    }
    Node only = children.getFirst().must("Value");
    Node variable = only.variable;
    if (ValueKind.of(only) == ValueKind.NULL)
      walk.findings.add(
          only,
          "Field \"%s.%s\" must be non-null."
              .formatted(type.name(), type.nodes("Fields").getFirst().name()));
    else if (variable != null && !variable.must("Type").flag("NonNull"))
      walk.findings.add(
          only,
          "Variable \"%s\" must be non-nullable to be used for OneOf Input Object \"%s\"."
              .formatted(variable.text("Variable"), type.name()));
  }

  /** Whether Go can make a value of it: integers of 64 bits, floats that are finite. */
  private static boolean isReadable(Walk walk, Node value) {
    String raw = value.text("Raw");
    walk.context.spend(1L + raw.length());
    return switch (ValueKind.of(value)) {
      case VARIABLE, STRING, BLOCK, ENUM, NULL -> true;
      case BOOLEAN -> FLAGS.contains(raw);
      case INT -> fits(raw, 64);
      case FLOAT -> isFinite(raw);
      case LIST, OBJECT ->
          value.nodes("Children").stream().allMatch(c -> isReadable(walk, c.must("Value")));
    };
  }

  /** An integer as Go reads one, of any size. */
  private static boolean isWhole(String raw) {
    int from = raw.startsWith("-") || raw.startsWith("+") ? 1 : 0;
    return raw.length() > from && raw.chars().skip(from).allMatch(c -> c >= '0' && c <= '9');
  }

  private static boolean fits(String raw, int bits) {
    return isWhole(raw) && raw.length() <= 40 && new BigInteger(raw).bitLength() < bits;
  }

  private static boolean isFinite(String raw) {
    try {
      boolean form = raw.chars().allMatch(c -> c >= '0' && c <= '9' || "+-.eE".indexOf(c) >= 0);
      return form && Double.isFinite(Double.parseDouble(raw));
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static void unexpected(Walk walk, Node value, Node type, Node expected) {
    String wanted = Types.shown(expected);
    String given = shown(walk, value);
    String message =
        switch (wanted) {
          case "Int", "Int!" -> {
            String raw = value.text("Raw");
            yield isWhole(raw) && !fits(raw, 32)
                ? "Int cannot represent non 32-bit signed integer value: " + given
                : "Int cannot represent non-integer value: " + given;
          }
          case "String", "String!", "[String]" ->
              "String cannot represent a non string value: " + given;
          case "Boolean", "Boolean!" -> "Boolean cannot represent a non boolean value: " + given;
          case "Float", "Float!" -> "Float cannot represent non numeric value: " + given;
          case "ID", "ID!" -> "ID cannot represent a non-string and non-integer value: " + given;
          default ->
              Types.is(type, "ENUM")
                  ? "Enum \"" + wanted + "\" cannot represent non-enum value: " + given + "."
                  : "Expected value of type \"" + wanted + "\", found " + given + ".";
        };
    walk.findings.add(value, message);
  }

  private static String shown(Walk walk, Node value) {
    String raw = value.text("Raw");
    walk.context.spend(1L + raw.length());
    return switch (ValueKind.of(value)) {
      case VARIABLE -> "$" + raw;
      case INT, FLOAT, ENUM, BOOLEAN, NULL -> raw;
      case STRING, BLOCK -> Value.of(raw).toString();
      case LIST -> {
        var items = new StringJoiner(",", "[", "]");
        for (Node child : value.nodes("Children")) items.add(shown(walk, child.must("Value")));
        yield items.toString();
      }
      case OBJECT -> {
        var items = new StringJoiner(",", "{", "}");
        for (Node child : value.nodes("Children"))
          items.add(child.name() + ":" + shown(walk, child.must("Value")));
        yield items.toString();
      }
    };
  }
}
