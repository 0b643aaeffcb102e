package dev.theca.rego.builtin.graphql;

import dev.theca.rego.spi.BuiltinFault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Fields of one name in an answer are the same field (specification, 5.3.2): fields within a set of
 * selections are compared with each other, with those of the fragments it spreads, and those of the
 * fragments among themselves.
 */
final class Overlaps implements Rule {
  /** Fields that conflict: a reason, or the conflicts of what they select. */
  private record Conflict(String name, String reason, List<Conflict> within, Node at) {
    String shown() {
      if (within.isEmpty()) return reason;
      return within.stream()
          .map(one -> "subfields \"" + one.name() + "\" conflict because " + one.shown())
          .collect(Collectors.joining(" and "));
    }
  }

  /** What a set of selections holds: fields by their names in the answer, and spreads. */
  private record Selected(Map<String, List<Node>> fields, List<Node> spreads) {}

  private record Pair(String a, String b) {}

  /** Pairs of fragments that were compared; the value is whether only as exclusive ones. */
  private final Map<Pair, Boolean> compared = new HashMap<>();

  private Set<String> comparedFragments = new HashSet<>();
  private int depth;

  @Override
  public void operation(Walk walk, Node operation) throws BuiltinFault {
    check(walk, operation);
  }

  @Override
  public void field(Walk walk, Node field) throws BuiltinFault {
    if (walk.operation() != null) check(walk, field);
  }

  @Override
  public void inline(Walk walk, Node inline) throws BuiltinFault {
    check(walk, inline);
  }

  @Override
  public void fragment(Walk walk, Node fragment) throws BuiltinFault {
    check(walk, fragment);
  }

  private void check(Walk walk, Node holder) throws BuiltinFault {
    depth = 0;
    var conflicts = new ArrayList<Conflict>();
    Selected all = selected(walk, holder);
    for (List<Node> same : all.fields().values())
      for (int i = 0; i < same.size(); i++)
        for (int j = i + 1; j < same.size(); j++)
          compare(walk, false, same.get(i), same.get(j), conflicts);
    comparedFragments = new HashSet<>();
    for (int i = 0; i < all.spreads().size(); i++) {
      Node a = all.spreads().get(i);
      withFragment(walk, false, all.fields(), a, conflicts);
      for (int j = i + 1; j < all.spreads().size(); j++)
        fragments(walk, false, a, all.spreads().get(j), conflicts);
    }
    for (Conflict one : conflicts)
      walk.findings.add(
          one.at(),
          "Fields \"%s\" conflict because %s. Use different aliases on the fields to fetch both if this was intentional."
              .formatted(one.name(), one.shown()));
  }

  private Selected selected(Walk walk, Node holder) throws BuiltinFault {
    var all = new Selected(new LinkedHashMap<>(), new ArrayList<>());
    collect(walk, holder, all);
    return all;
  }

  private void collect(Walk walk, Node holder, Selected all) throws BuiltinFault {
    enter(walk);
    for (Node one : holder.nodes("SelectionSet")) {
      walk.context.spend(1);
      switch (one.shape) {
        case FIELD -> all.fields().computeIfAbsent(answer(one), _ -> new ArrayList<>()).add(one);
        case SPREAD -> all.spreads().add(one);
        default -> collect(walk, one, all);
      }
    }
    depth--;
  }

  private static String answer(Node field) {
    return field.text("Alias").isEmpty() ? field.name() : field.text("Alias");
  }

  private void enter(Walk walk) throws BuiltinFault {
    walk.context.spend(1);
    if (++depth > Tokens.MAX_DEPTH + 100)
      throw new BuiltinFault("nested deeper than " + Tokens.MAX_DEPTH + " levels");
  }

  private void withFragment(
      Walk walk,
      boolean exclusive,
      Map<String, List<Node>> fields,
      Node spread,
      List<Conflict> conflicts)
      throws BuiltinFault {
    Node fragment = spread.definition;
    if (!comparedFragments.add(spread.name()) || fragment == null) return;
    enter(walk);
    Selected other = selected(walk, fragment);
    if (!fields.equals(other.fields())) {
      between(walk, exclusive, fields, other.fields(), conflicts);
      for (Node one : other.spreads())
        if (!one.name().equals(spread.name()))
          withFragment(walk, exclusive, fields, one, conflicts);
    }
    depth--;
  }

  private void fragments(Walk walk, boolean exclusive, Node a, Node b, List<Conflict> conflicts)
      throws BuiltinFault {
    walk.context.spend(1);
    if (a.name().equals(b.name())) return;
    Boolean before = compared.get(new Pair(a.name(), b.name()));
    if (before != null && (exclusive || !before)) return;
    compared.put(new Pair(a.name(), b.name()), exclusive);
    compared.put(new Pair(b.name(), a.name()), exclusive);
    if (a.definition == null || b.definition == null) return;
    enter(walk);
    Selected inA = selected(walk, a.definition);
    Selected inB = selected(walk, b.definition);
    between(walk, exclusive, inA.fields(), inB.fields(), conflicts);
    for (Node one : inB.spreads()) fragments(walk, exclusive, a, one, conflicts);
    for (Node one : inA.spreads()) fragments(walk, exclusive, one, b, conflicts);
    depth--;
  }

  private void between(
      Walk walk,
      boolean exclusive,
      Map<String, List<Node>> a,
      Map<String, List<Node>> b,
      List<Conflict> conflicts)
      throws BuiltinFault {
    for (var entry : a.entrySet())
      for (Node one : entry.getValue())
        for (Node other : b.getOrDefault(entry.getKey(), List.of()))
          compare(walk, exclusive, one, other, conflicts);
  }

  private void compare(Walk walk, boolean outer, Node a, Node b, List<Conflict> conflicts)
      throws BuiltinFault {
    enter(walk);
    Conflict conflict = conflict(walk, outer, a, b);
    if (conflict != null) conflicts.add(conflict);
    depth--;
  }

  private @Nullable Conflict conflict(Walk walk, boolean outer, Node a, Node b)
      throws BuiltinFault {
    Node parentA = a.parent;
    Node parentB = b.parent;
    if (parentA == null || parentB == null) return null;
    boolean exclusive =
        outer
            || !parentA.name().equals(parentB.name())
                && Types.is(parentA, "OBJECT")
                && Types.is(parentB, "OBJECT")
                && a.definition != null
                && b.definition != null;
    String name = answer(a);
    if (!exclusive && !a.name().equals(b.name()))
      return new Conflict(
          name, "\"" + a.name() + "\" and \"" + b.name() + "\" are different fields", List.of(), b);
    if (!exclusive && !sameArguments(walk, a.nodes("Arguments"), b.nodes("Arguments")))
      return new Conflict(name, "they have differing arguments", List.of(), b);
    if (a.definition != null && b.definition != null) {
      Node typeA = a.definition.must("Type");
      Node typeB = b.definition.must("Type");
      if (differ(walk, typeA, typeB))
        return new Conflict(
            name,
            "they return conflicting types \"%s\" and \"%s\""
                .formatted(Types.shown(typeA), Types.shown(typeB)),
            List.of(),
            b);
    }
    List<Conflict> within = within(walk, exclusive, a, b);
    return within.isEmpty() ? null : new Conflict(name, "", within, b);
  }

  private List<Conflict> within(Walk walk, boolean exclusive, Node a, Node b) throws BuiltinFault {
    var conflicts = new ArrayList<Conflict>();
    Selected inA = selected(walk, a);
    Selected inB = selected(walk, b);
    between(walk, exclusive, inA.fields(), inB.fields(), conflicts);
    for (Node one : inB.spreads()) {
      comparedFragments = new HashSet<>();
      withFragment(walk, exclusive, inA.fields(), one, conflicts);
    }
    for (Node one : inA.spreads()) {
      comparedFragments = new HashSet<>();
      withFragment(walk, exclusive, inB.fields(), one, conflicts);
    }
    for (Node one : inA.spreads())
      for (Node other : inB.spreads()) fragments(walk, exclusive, one, other, conflicts);
    return conflicts;
  }

  /** Lists and objects are not looked into, as in Open Policy Agent. */
  private static boolean sameArguments(Walk walk, List<Node> a, List<Node> b) {
    if (a.size() != b.size()) return false;
    record Argument(String name, int kind, String raw) {
      static Argument of(Node argument) {
        Node value = argument.must("Value");
        return new Argument(argument.name(), value.number("Kind"), value.text("Raw"));
      }
    }
    walk.context.spend(a.size());
    return b.stream()
        .map(Argument::of)
        .collect(Collectors.toSet())
        .containsAll(a.stream().map(Argument::of).toList());
  }

  private static boolean differ(Walk walk, Node a, Node b) {
    Node elemA = a.node("Elem");
    Node elemB = b.node("Elem");
    if (elemA != null && elemB != null) return differ(walk, elemA, elemB);
    if (elemA != null || elemB != null) return true;
    if (a.flag("NonNull") != b.flag("NonNull")) return true;
    Node one = walk.schema.type(a.text("NamedType"));
    Node other = walk.schema.type(b.text("NamedType"));
    return one != null
        && other != null
        && Types.isLeaf(one)
        && Types.isLeaf(other)
        && !one.name().equals(other.name());
  }
}
