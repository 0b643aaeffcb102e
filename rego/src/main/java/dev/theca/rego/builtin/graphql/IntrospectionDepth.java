package dev.theca.rego.builtin.graphql;

import dev.theca.rego.spi.BuiltinFault;
import java.util.HashSet;
import java.util.Set;

/** Questions about the schema go through few lists: answers grow with every one. */
final class IntrospectionDepth implements Rule {
  private static final int MAX_LISTS = 3;
  private static final Set<String> LISTS =
      Set.of("fields", "interfaces", "possibleTypes", "inputFields");

  private final Set<String> within = new HashSet<>();
  private int depth;

  @Override
  public void field(Walk walk, Node field) throws BuiltinFault {
    if (!field.name().equals("__schema") && !field.name().equals("__type")) return;
    depth = 0;
    if (isTooDeep(walk, field, 0)) walk.findings.add(field, "Maximum introspection depth exceeded");
    within.clear();
  }

  private boolean isTooDeep(Walk walk, Node one, int lists) throws BuiltinFault {
    walk.context.spend(1);
    if (++depth > Tokens.MAX_DEPTH)
      throw new BuiltinFault("nested deeper than " + Tokens.MAX_DEPTH + " levels");
    boolean found = isTooDeepWithin(walk, one, lists);
    depth--;
    return found;
  }

  private boolean isTooDeepWithin(Walk walk, Node one, int lists) throws BuiltinFault {
    int now = one.shape == Shape.FIELD && LISTS.contains(one.name()) ? lists + 1 : lists;
    if (now >= MAX_LISTS) return true;
    Node holder = one.shape == Shape.SPREAD ? one.definition : one;
    if (holder == null) return false;
    boolean spread = one.shape == Shape.SPREAD;
    if (spread && !within.add(one.name())) return false;
    boolean found = false;
    for (Node inner : holder.nodes("SelectionSet"))
      if (isTooDeep(walk, inner, now)) {
        found = true;
        break;
      }
    if (spread) within.remove(one.name());
    return found;
  }
}
