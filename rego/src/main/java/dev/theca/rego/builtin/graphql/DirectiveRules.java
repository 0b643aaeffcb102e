package dev.theca.rego.builtin.graphql;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Directives are known, where they may be, and once (specification, 5.7). One that is declared
 * repeatable may not be repeated either: Open Policy Agent does not look at that.
 */
final class DirectiveRules implements Rule {
  private record Misplaced(String name, Place at) {}

  private final Set<Misplaced> told = new HashSet<>();

  @Override
  public void directive(Walk walk, Node directive, String location) {
    String name = directive.name();
    Node definition = directive.definition;
    if (definition == null) {
      walk.findings.add(directive, "Unknown directive \"@" + name + "\".");
      return;
    }
    List<String> locations = definition.texts("Locations");
    walk.context.spend(locations.size());
    if (!locations.contains(location) && told.add(new Misplaced(name, directive.at)))
      walk.findings.add(
          directive, "Directive \"@" + name + "\" may not be used on " + location + ".");
  }

  @Override
  public void directives(Walk walk, List<Node> directives) {
    var seen = new HashSet<String>();
    for (Node one : directives)
      if (!seen.add(one.name()) && !one.name().equals("repeatable"))
        walk.findings.add(
            one, "The directive \"@" + one.name() + "\" can only be used once at this location.");
  }
}
