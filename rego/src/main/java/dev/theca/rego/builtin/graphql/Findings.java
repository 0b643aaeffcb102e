package dev.theca.rego.builtin.graphql;

import dev.theca.rego.spi.Calling;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a query, in the order it was found. */
final class Findings {
  private record Finding(String message, Place at) {}

  private final List<Finding> all = new ArrayList<>();
  private final Calling context;

  Findings(Calling context) {
    this.context = context;
  }

  void add(Node node, String message) {
    context.spend(message.length());
    all.add(new Finding(message, node.at));
  }

  /** All of them in one fault, as Open Policy Agent joins them; the first names its place. */
  void check() throws Invalid {
    if (all.isEmpty()) return;
    Finding first = all.getFirst();
    var text = new StringBuilder(first.message());
    for (Finding one : all.subList(1, all.size())) {
      text.append("\ninput:");
      if (!one.at().equals(Place.NONE)) text.append(one.at()).append(':');
      text.append(' ').append(one.message());
    }
    if (text.charAt(text.length() - 1) == '.') text.setLength(text.length() - 1);
    if (!first.at().equals(Place.NONE))
      text.append(" in GraphQL query string at location ").append(first.at());
    throw new Invalid(text.toString());
  }
}
