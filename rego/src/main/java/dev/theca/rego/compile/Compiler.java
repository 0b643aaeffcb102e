package dev.theca.rego.compile;

import dev.theca.rego.Condition;
import dev.theca.rego.ast.Module;
import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.YamlEngine;
import dev.theca.rego.types.Shape;
import dev.theca.wire.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** Takes modules through the stages; a stage that refuses ends the way. */
final class Compiler {
  private final Findings findings = new Findings();
  private final Names names = new Names();
  private final Map<String, Builtin> builtins;
  private final boolean strict;
  private final YamlEngine yaml;
  private List<Definition> rules = List.of();
  private Map<Integer, Condition> conditions = Map.of();

  /** The conditions of queries have numbers from here on. */
  static final int QUERIES = 1 << 28;

  Compiler(Map<String, Builtin> builtins, boolean strict, YamlEngine yaml) {
    this.builtins = builtins;
    this.strict = strict;
    this.yaml = yaml;
  }

  List<Refusal> refusals() {
    return findings.all();
  }

  /** Every condition of the modules by its number. */
  Map<Integer, Condition> conditions() {
    return conditions;
  }

  /** The rules, ready for plans, or nothing where {@link #refusals} says why. */
  List<Definition> rules() {
    return rules;
  }

  /** The documents of modules; the caller looks at {@link #refusals} first. */
  Functions modules(List<Module> modules) {
    var lowering = new Lowering(findings, 0);
    conditions = lowering.conditions();
    var written = new ArrayList<List<Definition>>();
    for (var module : modules) written.add(lowering.definitions(module));
    MetadataCalls.replace(modules, written, yaml, findings);
    var exported = new HashMap<List<String>, Set<String>>();
    for (int i = 0; i < modules.size(); i++) {
      var all = exported.computeIfAbsent(modules.get(i).name(), _ -> new TreeSet<>());
      modules.get(i).rules().forEach(rule -> all.add(rule.name()));
    }
    for (int i = 0; i < modules.size(); i++) resolve(modules.get(i), written.get(i), exported);
    var packages = modules.stream().map(Module::name).toList();
    if (findings.any()) return functions(packages);
    for (int i = 0; i < modules.size(); i++) {
      imports(modules.get(i));
      if (modules.get(i).v1() || strict) Roots.check(written.get(i), findings);
    }
    rules = written.stream().flatMap(List::stream).toList();
    if (findings.any()) return functions(packages);
    var locals = new Locals(names, findings, strict);
    stage(locals::definition);
    var expander = new Expander(names);
    stage(expander::definition);
    if (findings.any()) return functions(packages);
    var functions = functions(packages);
    stage(new Withs(functions, names, findings)::definition);
    var conflicts = new Conflicts(functions.rules(), findings);
    if (!findings.any()) conflicts.rules();
    var calls = new Calls(functions, findings);
    if (!findings.any()) rules.forEach(calls::definition);
    var heads = new Heads(new Safety(functions, findings), findings);
    if (!findings.any()) rules.forEach(heads::check);
    stage(heads::ordered);
    functions = functions(packages);
    if (!findings.any()) {
      var order = new Conflicts(functions.rules(), findings);
      order.recursion(rules);
      if (!findings.any()) types(functions, order.sorted(rules));
    }
    return functions;
  }

  private DocumentShapes shapes = new DocumentShapes(new RuleTree(List.of(), List.of()));

  /** What rules make, for the checks of queries. */
  DocumentShapes shapes() {
    return shapes;
  }

  private void types(Functions functions, List<Definition> sorted) {
    shapes = new DocumentShapes(functions.rules());
    var types = new Types(functions, shapes, findings);
    for (var rule : sorted) {
      var branches = new ArrayList<Shaped>();
      for (var branch : rule.branches()) {
        var shaped = new Shaped(null);
        types.body(shaped, branch.body());
        if (rule.arguments() != null)
          for (String name : Variables.of(rule.arguments()))
            if (shaped.get(name) == null) shaped.put(name, Shape.ANY);
        branches.add(shaped);
      }
      shapes.add(rule, types, branches);
    }
  }

  private Functions functions(List<List<String>> packages) {
    return new Functions(builtins, new RuleTree(packages, rules));
  }

  private void stage(UnaryOperator<Definition> stage) {
    if (!findings.any()) rules = Tree.all(rules, stage);
  }

  private void resolve(
      Module module, List<Definition> definitions, Map<List<String>, Set<String>> exported) {
    var resolver = new Resolver(module, exported.getOrDefault(module.name(), Set.of()), findings);
    definitions.replaceAll(resolver::definition);
    if (!strict) return;
    for (var one : module.imports())
      if (!resolver.used().contains(one.name()))
        findings.compile(
            one.at(),
            "import " + String.join(".", one.path()) + " unused",
            "use it or leave it out");
  }

  /** What version 1, and strictness, forbid of imports and names. */
  private void imports(Module module) {
    if (!module.v1() && !strict) return;
    var seen = new HashMap<String, Module.Import>();
    for (var one : module.imports()) {
      var before = seen.putIfAbsent(one.name(), one);
      if (before != null)
        findings.compile(
            one.at(),
            "import must not shadow import " + String.join(".", before.path()),
            "give it another name with 'as'");
      if (Names.isRoot(one.name()) && one.path().size() > 1)
        findings.compile(
            one.at(), "imports must not shadow " + one.name(), "give it another name with 'as'");
    }
    for (var rule : module.rules())
      if (Names.isRoot(rule.name()))
        findings.compile(
            rule.at(),
            "rules must not shadow " + rule.name() + " (use a different rule name)",
            "rename the rule");
  }

  /**
   * A query, ready for a plan.
   *
   * @param written its conditions as they stand
   * @param ordered those and what stages added, in an order that can run
   */
  record Ready(List<Expr> written, List<Expr> ordered) {}

  /** A query; the caller looks at {@link #refusals}. */
  Ready query(
      List<dev.theca.rego.ast.Literal> query,
      Map<String, List<String>> globals,
      Functions functions,
      DocumentShapes known) {
    var resolver = new Resolver(globals, findings);
    var lowering = new Lowering(findings, QUERIES);
    conditions = lowering.conditions();
    var body = resolver.body(lowering.body(query));
    if (findings.any()) return new Ready(List.of(), List.of());
    var written = new Locals(names, findings, strict).body(new Scopes(), Set.of(), body);
    body = Captures.of(written, functions);
    body = new Expander(names).body(body);
    if (!findings.any()) body = new Withs(functions, names, findings).body(body);
    if (!findings.any()) new Calls(functions, findings).body(body, false);
    if (findings.any()) return new Ready(List.of(), List.of());
    var ordered =
        new Safety(functions, findings).body(new HashSet<>(Set.of("input", "data")), body);
    if (!findings.any()) new Types(functions, known, findings).body(new Shaped(null), ordered);
    return new Ready(written, ordered);
  }
}
