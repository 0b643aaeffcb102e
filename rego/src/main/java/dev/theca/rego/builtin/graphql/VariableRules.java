package dev.theca.rego.builtin.graphql;

import java.util.HashMap;
import java.util.List;

/** Variables: defined once, of input types, used, and where they fit (specification, 5.8). */
final class VariableRules implements Rule {
  @Override
  public void variable(Walk walk, Node variable) {
    if (variable.definition == null)
      walk.findings.add(variable, "Unknown type \"" + Types.name(variable.must("Type")) + "\".");
  }

  @Override
  public void operation(Walk walk, Node operation) {
    String of = operation.name().isEmpty() ? "" : " in operation \"" + operation.name() + "\"";
    List<Node> variables = operation.nodes("VariableDefinitions");
    var seen = new HashMap<String, Integer>();
    for (Node one : variables) {
      String name = one.text("Variable");
      if (!one.used) walk.findings.add(one, "Variable \"$" + name + "\" is never used" + of + ".");
      if (seen.merge(name, 1, Integer::sum) == 2)
        walk.findings.add(one, "There can be only one variable named \"$" + name + "\".");
      Node type = one.definition;
      if (type != null && !Types.isInput(type))
        walk.findings.add(
            one,
            "Variable \"$%s\" cannot be non-input type \"%s\"."
                .formatted(name, Types.shown(one.must("Type"))));
    }
  }

  @Override
  public void value(Walk walk, Node value) {
    Node operation = walk.operation();
    if (operation == null || ValueKind.of(value) != ValueKind.VARIABLE) return;
    Node variable = value.variable;
    Node expected = value.expected;
    if (variable == null) {
      String name = operation.name();
      walk.findings.add(
          value,
          "Variable \"$"
              + value.text("Raw")
              + "\" is not defined"
              + (name.isEmpty() ? "." : " by operation \"" + name + "\"."));
    } else if (expected != null && !isAllowed(variable, value, expected))
      walk.findings.add(
          value,
          "Variable \"$%s\" of type \"%s\" used in position expecting type \"%s\"."
              .formatted(
                  value.text("Raw"), Types.shown(variable.must("Type")), Types.shown(expected)));
  }

  private static boolean isAllowed(Node variable, Node value, Node expected) {
    Node otherwise = variable.node("DefaultValue");
    boolean there = otherwise != null && ValueKind.of(otherwise) != ValueKind.NULL;
    boolean nonNull = expected.flag("NonNull") && !there && !value.optional;
    return Types.compatible(variable.must("Type"), expected, nonNull);
  }
}
