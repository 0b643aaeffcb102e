package dev.theca.rego.builtin.graphql;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Fragments: named once, used, on types that can be there (specification, 5.5). */
final class FragmentRules implements Rule {
  private final Set<String> used = new HashSet<>();
  private final Set<String> seen = new HashSet<>();
  private boolean own;

  @Override
  public void inline(Walk walk, Node inline) {
    String name = inline.text("TypeCondition");
    Node type = walk.schema.type(name);
    if (type != null && !Types.isComposite(type))
      walk.findings.add(
          inline, "Fragment cannot condition on non composite type \"" + name + "\".");
    if (type == null && !name.isEmpty())
      walk.findings.add(inline, "Unknown type \"" + name + "\".");
    if (!isPossible(walk, inline.parent, name)) impossible(walk, inline, name, "Fragment");
  }

  @Override
  public void spread(Walk walk, Node spread) {
    if (!own) used.add(spread.name());
    Node fragment = spread.definition;
    if (fragment == null) {
      walk.findings.add(spread, "Unknown fragment \"" + spread.name() + "\".");
      return;
    }
    String name = fragment.text("TypeCondition");
    if (!isPossible(walk, spread.parent, name))
      impossible(walk, spread, name, "Fragment \"" + spread.name() + "\"");
  }

  @Override
  public void fragment(Walk walk, Node fragment) {
    own = true;
    String condition = fragment.text("TypeCondition");
    Node type = fragment.definition;
    if (type != null && !condition.isEmpty() && !Types.isComposite(type))
      walk.findings.add(
          fragment,
          "Fragment \"%s\" cannot condition on non composite type \"%s\"."
              .formatted(fragment.name(), condition));
    if (type == null)
      walk.findings.add(
          fragment,
          "Unknown type \""
              + condition
              + "\"."
              + Suggestions.of(
                  walk.context,
                  "Did you mean",
                  condition,
                  List.copyOf(walk.schema.types.keySet())));
    if (!used.contains(fragment.name()))
      walk.findings.add(fragment, "Fragment \"" + fragment.name() + "\" is never used.");
    if (!seen.add(fragment.name()))
      walk.findings.add(
          fragment, "There can be only one fragment named \"" + fragment.name() + "\".");
  }

  /** Whether some object may be of both types; what other rules refuse is possible here. */
  private static boolean isPossible(Walk walk, @Nullable Node parent, String name) {
    Node type = walk.schema.type(name);
    if (parent == null || !Types.isComposite(parent)) return true;
    if (type == null || !Types.isComposite(type)) return true;
    Set<String> inside = walk.schema.possible(name);
    Set<String> outside =
        Types.is(parent, "OBJECT") ? Set.of(parent.name()) : walk.schema.possible(parent.name());
    walk.context.spend(inside.size());
    return inside.stream().anyMatch(outside::contains);
  }

  private static void impossible(Walk walk, Node node, String name, String what) {
    Node parent = node.parent;
    walk.findings.add(
        node,
        what
            + " cannot be spread here as objects of type \""
            + (parent == null ? "" : parent.name())
            + "\" can never be of type \""
            + name
            + "\".");
  }
}
