package dev.theca.rego.builtin.graphql;

import dev.theca.rego.spi.BuiltinFault;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** No fragment spreads itself, however far within (specification, 5.5.2.2). */
final class FragmentCycles implements Rule {
  private final Set<String> visited = new HashSet<>();
  private final List<String> path = new ArrayList<>();
  private final Map<String, Integer> places = new HashMap<>();

  @Override
  public void fragment(Walk walk, Node fragment) throws BuiltinFault {
    path.clear();
    places.clear();
    visit(walk, fragment);
  }

  private void visit(Walk walk, Node fragment) throws BuiltinFault {
    if (!visited.add(fragment.name())) return;
    if (path.size() > Tokens.MAX_DEPTH)
      throw new BuiltinFault("nested deeper than " + Tokens.MAX_DEPTH + " levels");
    places.put(fragment.name(), path.size());
    for (Node spread : spreads(walk, fragment)) {
      Integer begin = places.get(spread.name());
      if (begin == null) {
        path.add(spread.name());
        Node next = walk.document.find("Fragments", spread.name());
        if (next != null) visit(walk, next);
        path.removeLast();
      } else {
        String via = String.join(", ", path.subList(begin, path.size()));
        walk.findings.add(
            spread,
            "Cannot spread fragment \"%s\" within itself%s."
                .formatted(spread.name(), via.isEmpty() ? "" : " via " + via));
      }
    }
    places.remove(fragment.name());
  }

  private static List<Node> spreads(Walk walk, Node fragment) {
    var found = new ArrayList<Node>();
    var open = new ArrayDeque<Node>(List.of(fragment));
    while (!open.isEmpty()) {
      for (Node one : open.pop().nodes("SelectionSet")) {
        walk.context.spend(1);
        if (one.shape == Shape.SPREAD) found.add(one);
        else open.push(one);
      }
    }
    return found;
  }
}
