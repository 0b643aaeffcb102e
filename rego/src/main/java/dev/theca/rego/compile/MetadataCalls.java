package dev.theca.rego.compile;

import dev.theca.rego.ast.Annotation;
import dev.theca.rego.ast.Annotation.Scope;
import dev.theca.rego.ast.Module;
import dev.theca.rego.compile.Definition.Branch;
import dev.theca.rego.compile.Tree.Apply;
import dev.theca.rego.compile.Tree.Constant;
import dev.theca.rego.parse.Metadata;
import dev.theca.rego.spi.YamlEngine;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import dev.theca.wire.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.function.Predicate;

/**
 * Stage: {@code rego.metadata.rule()} and {@code rego.metadata.chain()} become what the annotations
 * of the rule that calls them say. Metadata is read only where something calls for it.
 */
final class MetadataCalls {
  private static final String RULE = "rego.metadata.rule";
  private static final String CHAIN = "rego.metadata.chain";

  private final List<Annotation> annotations = new ArrayList<>();
  private final Findings findings;

  private MetadataCalls(Findings findings) {
    this.findings = findings;
  }

  /** The rules of the modules, calls replaced. */
  static void replace(
      List<Module> modules,
      List<List<Definition>> definitions,
      YamlEngine yaml,
      Findings findings) {
    if (definitions.stream().flatMap(List::stream).noneMatch(MetadataCalls::calls)) return;
    var stage = new MetadataCalls(findings);
    for (var module : modules) stage.read(module, yaml);
    for (var rules : definitions) rules.replaceAll(stage::definition);
  }

  private void read(Module module, YamlEngine yaml) {
    switch (Metadata.read(module, yaml)) {
      case Outcome.Granted<List<Annotation>>(var found) -> annotations.addAll(found);
      case Outcome.Refused<List<Annotation>>(var reasons) -> reasons.forEach(findings::add);
    }
  }

  private static boolean calls(Definition rule) {
    return rule.branches().stream()
        .anyMatch(
            branch ->
                branch.value() != null && calls(branch.value())
                    || branch.body().stream().anyMatch(MetadataCalls::calls));
  }

  private static boolean calls(Expr expr) {
    return expr.form() instanceof Expr.Invoke call && isCall(call.function())
        || expr.form() instanceof Expr.Every every
            && every.body().stream().anyMatch(MetadataCalls::calls)
        || Variables.parts(expr).stream().anyMatch(MetadataCalls::calls);
  }

  private static boolean calls(Tree tree) {
    if (tree instanceof Apply apply && isCall(apply.function())) return true;
    if (tree instanceof Tree.Collect collect)
      return calls(collect.value())
          || collect.key() != null && calls(collect.key())
          || collect.body().stream().anyMatch(MetadataCalls::calls);
    return Variables.children(tree).stream().anyMatch(MetadataCalls::calls);
  }

  private static boolean isCall(Tree function) {
    String name = Names.dotted(function);
    return name.equals(RULE) || name.equals(CHAIN);
  }

  private Definition definition(Definition rule) {
    if (!calls(rule)) return rule;
    var branches =
        Tree.all(
            rule.branches(),
            branch -> {
              Tree value = branch.value();
              return new Branch(
                  branch.at(), value == null ? null : tree(rule, value), body(rule, branch.body()));
            });
    return rule.with(rule.ref(), rule.arguments(), rule.key(), branches);
  }

  private List<Expr> body(Definition rule, List<Expr> body) {
    return Tree.all(body, expr -> expr(rule, expr));
  }

  private Expr expr(Definition rule, Expr expr) {
    Expr mapped = Exprs.map(expr, one -> tree(rule, one), body -> body(rule, body));
    return mapped.form() instanceof Expr.Invoke call && isCall(call.function())
        ? mapped.with(new Expr.Single(constant(rule, call.at(), call.name())))
        : mapped;
  }

  private Tree tree(Definition rule, Tree tree) {
    if (tree instanceof Apply(var at, Tree function, var arguments) && isCall(function))
      return constant(rule, at, Names.dotted(function));
    return tree.map(one -> tree(rule, one), body -> body(rule, body));
  }

  private Constant constant(Definition rule, dev.theca.rego.Location at, String name) {
    var own = own(rule);
    Value first = own.isEmpty() ? ObjectValue.EMPTY : own.getFirst().content();
    return new Constant(at, name.equals(RULE) ? first : chain(rule, own));
  }

  /** What stands before the rule itself, the nearest first. */
  private List<Annotation> own(Definition rule) {
    return annotations.stream()
        .filter(one -> one.scope() == Scope.RULE)
        .filter(one -> one.rule().filter(it -> it.at().equals(rule.at())).isPresent())
        .sorted(Comparator.comparing(Annotation::at, Safety.ORDER).reversed())
        .toList();
  }

  private Value chain(Definition rule, List<Annotation> own) {
    var packagePath = Tree.<String, Value>all(rule.packageName(), Value::of);
    var path = new ArrayList<>(packagePath);
    for (Tree step : rule.ref()) {
      if (!(step instanceof Constant(var at, Value key))) break;
      path.add(key);
    }
    var links = new ArrayList<Value>();
    if (own.isEmpty()) links.add(link(path, null));
    own.forEach(one -> links.add(link(path, one.content())));
    add(links, Scope.DOCUMENT, one -> one.path().equals(path));
    add(links, Scope.PACKAGE, one -> one.path().equals(packagePath));
    add(
        links,
        Scope.SUBPACKAGES,
        one ->
            one.path().size() <= packagePath.size()
                && packagePath.subList(0, one.path().size()).equals(one.path()));
    return ArrayValue.of(links);
  }

  /** Those of wider packages come last. */
  private void add(List<Value> links, Scope scope, Predicate<Annotation> about) {
    annotations.stream()
        .filter(one -> one.scope() == scope && about.test(one))
        .sorted(Comparator.comparing((Annotation one) -> one.path().size()).reversed())
        .forEach(one -> links.add(link(one.path(), one.content())));
  }

  private static Value link(
      List<Value> path, @org.jspecify.annotations.Nullable ObjectValue content) {
    var members = new HashMap<Value, Value>();
    members.put(Value.of("path"), ArrayValue.of(path));
    if (content != null) members.put(Value.of("annotations"), content);
    return ObjectValue.owning(members);
  }
}
