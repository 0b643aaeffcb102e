package dev.theca.rego.compile;

import dev.theca.rego.Location;
import dev.theca.rego.RegoCode;
import dev.theca.rego.compile.Tree.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Stage: rules that cannot stand beside each other, and rules that need themselves. */
final class Conflicts {
  private final RuleTree tree;
  private final Findings findings;
  private final Map<Definition, Set<Definition>> needs = new HashMap<>();

  Conflicts(RuleTree tree, Findings findings) {
    this.tree = tree;
    this.findings = findings;
  }

  void rules() {
    tree.root()
        .each(
            node -> {
              if (!node.rules().isEmpty()) node(node);
            });
  }

  private void node(RuleTree.Node node) {
    var rules = node.rules();
    var first = rules.getFirst();
    String name = Names.path(node.path());
    if (node.isPackage() && rules.stream().anyMatch(Definition::fixed)) {
      findings.type(
          first.packageAt(),
          "package "
              + name.substring(5)
              + " conflicts with rule "
              + name.substring(5)
              + " defined at "
              + first.at(),
          "rename the rule or the package");
      return;
    }
    if (!node.children().isEmpty() && rules.stream().anyMatch(Definition::fixed)) {
      var below = new ArrayList<String>();
      node.each(
          one -> {
            if (one != node && !one.rules().isEmpty()) below.add(Names.path(one.path()));
          });
      if (!below.isEmpty()) {
        findings.type(
            first.at(), "rule " + name + " conflicts with " + below, "rename one of them");
        return;
      }
    }
    long kinds = rules.stream().map(Definition::multiValue).distinct().count();
    long arities = rules.stream().map(Definition::arity).distinct().count();
    long complete = rules.stream().filter(r -> !r.multiValue() && r.fixed()).count();
    if (kinds > 1 || arities > 1 || complete > 0 && complete < rules.size()) {
      findings.type(
          first.at(), "conflicting rules " + name + " found", "give them one form, or two names");
      return;
    }
    var defaults = rules.stream().filter(Definition::fallback).toList();
    if (defaults.size() > 1)
      findings.type(
          defaults.getFirst().packageAt(),
          "multiple default rules "
              + name
              + " found at "
              + defaults.stream().map(r -> r.at().toString()).collect(Collectors.joining(", ")),
          "keep one default");
  }

  /** The rules, what each needs before it; where none needs itself. */
  List<Definition> sorted(List<Definition> rules) {
    var done = new LinkedHashSet<Definition>();
    for (var rule : rules) visit(rule, done, new HashSet<>());
    return List.copyOf(done);
  }

  private void visit(Definition rule, Set<Definition> done, Set<Definition> open) {
    if (done.contains(rule) || !open.add(rule)) return;
    for (var other : needs.getOrDefault(rule, Set.of())) visit(other, done, open);
    done.add(rule);
  }

  /** Which rules each rule needs, and a refusal for each that needs itself. */
  void recursion(List<Definition> rules) {
    for (var rule : rules) needs.put(rule, needed(rule));
    for (var rule : rules) {
      var path = cycle(rule, needs);
      if (!path.isEmpty())
        findings.add(
            RegoCode.REGO_RECURSION,
            rule.at(),
            "rule "
                + RuleTree.shown(rule)
                + " is recursive: "
                + path.stream().map(RuleTree::shown).collect(Collectors.joining(" -> ")),
            "rules that do not need themselves",
            "break the circle");
    }
  }

  /** The shortest way from a rule back to itself, empty where there is none. */
  private static List<Definition> cycle(Definition from, Map<Definition, Set<Definition>> needs) {
    var before = new HashMap<Definition, Definition>();
    Deque<Definition> queue = new ArrayDeque<>(List.of(from));
    while (!queue.isEmpty()) {
      var one = queue.remove();
      for (var next : needs.getOrDefault(one, Set.of())) {
        if (next.equals(from)) {
          var path = new ArrayDeque<>(List.of(next));
          for (var step = one; !step.equals(from); step = before.getOrDefault(step, from))
            path.addFirst(step);
          path.addFirst(from);
          return List.copyOf(path);
        }
        if (before.putIfAbsent(next, one) == null) queue.add(next);
      }
    }
    return List.of();
  }

  private Set<Definition> needed(Definition rule) {
    var found = new LinkedHashSet<Definition>();
    var refs = new References(path -> found.addAll(tree.reached(path.steps())));
    refs.definition(rule);
    return found;
  }

  /** Every path below {@code data}, functions that are called and replacements too. */
  static final class References {
    private final java.util.function.Consumer<Path> each;

    References(java.util.function.Consumer<Path> each) {
      this.each = each;
    }

    void definition(Definition rule) {
      rule.ref().forEach(this::tree);
      if (rule.arguments() != null) rule.arguments().forEach(this::tree);
      if (rule.key() != null) tree(rule.key());
      for (var branch : rule.branches()) {
        if (branch.value() != null) tree(branch.value());
        branch.body().forEach(this::expr);
      }
    }

    void expr(Expr expr) {
      Variables.parts(expr).forEach(this::tree);
      if (expr.form() instanceof Expr.Invoke call) tree(call.function());
      if (expr.form() instanceof Expr.Every every) every.body().forEach(this::expr);
      for (var with : expr.withs()) tree(with.target());
    }

    private void tree(Tree tree) {
      if (tree instanceof Path path
          && path.head() instanceof Tree.Name(Location at, String name)
          && name.equals("data")) each.accept(path);
      if (tree instanceof Tree.Name(var at, String name) && name.equals("data"))
        each.accept(new Path(at, tree, List.of()));
      if (tree instanceof Tree.Apply apply) tree(apply.function());
      if (tree instanceof Tree.Collect collect) {
        if (collect.key() != null) tree(collect.key());
        tree(collect.value());
        collect.body().forEach(this::expr);
        return;
      }
      for (Tree child : Variables.children(tree)) {
        boolean head =
            tree instanceof Path
                && child instanceof Tree.Name(var at, String name)
                && name.equals("data");
        if (!head) tree(child);
      }
    }
  }
}
