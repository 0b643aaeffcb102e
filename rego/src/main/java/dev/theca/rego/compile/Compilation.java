package dev.theca.rego.compile;

import dev.theca.rego.Condition;
import dev.theca.rego.Location;
import dev.theca.rego.RegoCode;
import dev.theca.rego.Setup;
import dev.theca.rego.ast.Module;
import dev.theca.rego.builtin.Builtins;
import dev.theca.rego.parse.Lines;
import dev.theca.rego.parse.PolicyParser;
import dev.theca.rego.run.QueryPlan;
import dev.theca.rego.spi.Builtin;
import dev.theca.rego.value.JsonText;
import dev.theca.rego.value.Value;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Policies that passed every stage, and the plans of queries about them. */
public final class Compilation {
  /** The name that a query has in places. */
  private static final String QUERY = "query";

  private final Setup setup;
  private final Map<String, Builtin> builtins;
  private final Functions functions;
  private final Documents documents;
  private final Map<Integer, Condition> conditions;
  private final DocumentShapes shapes;
  private final Lines lines;

  private Compilation(
      Setup setup,
      Map<String, Builtin> builtins,
      Functions functions,
      Documents documents,
      Map<Integer, Condition> conditions,
      DocumentShapes shapes,
      Lines lines) {
    this.lines = lines;
    this.conditions = conditions;
    this.shapes = shapes;
    this.setup = setup;
    this.builtins = builtins;
    this.functions = functions;
    this.documents = documents;
  }

  /** All stages, or every mistake of the first stage that finds one. */
  public static Outcome<Compilation> of(List<Module> modules, Setup setup) {
    var builtins = new HashMap<>(Builtins.byName());
    for (var own : setup.functions()) builtins.put(own.name(), own);
    var compiler = new Compiler(builtins, setup.strict(), setup.yaml());
    var lines = Lines.of(modules);
    try {
      var functions = compiler.modules(modules);
      if (!compiler.refusals().isEmpty())
        return new Outcome.Refused<>(lines.shown(compiler.refusals()));
      var documents = new Documents(functions.rules());
      new Planner(documents, functions).all();
      return Outcome.granted(
          new Compilation(
              setup,
              builtins,
              functions,
              documents,
              compiler.conditions(),
              compiler.shapes(),
              lines));
    } catch (Unplanned e) {
      return unplanned(e, lines);
    } catch (StackOverflowError e) {
      return Outcome.refused(
          RegoCode.REGO_LIMIT, "policies", "terms less deep", "too deep", "split the rule");
    }
  }

  /** The plan of a query, which sees a package and imports as a module would. */
  public Outcome<QueryPlan> query(String text, List<String> packageName, List<Module.Import> use) {
    return switch (PolicyParser.query(QUERY, text)) {
      case Outcome.Refused<List<dev.theca.rego.ast.Literal>>(List<Refusal> reasons) ->
          new Outcome.Refused<>(reasons);
      case Outcome.Granted<List<dev.theca.rego.ast.Literal>>(var body) -> {
        var compiler = new Compiler(builtins, false, setup.yaml());
        var shown = lines.with(QUERY, text);
        try {
          var ready = compiler.query(body, globals(packageName, use), functions, shapes);
          if (!compiler.refusals().isEmpty())
            yield new Outcome.Refused<>(shown.shown(compiler.refusals()));
          yield Outcome.granted(plan(text, ready, compiler.conditions(), shown));
        } catch (Unplanned e) {
          yield unplanned(e, shown);
        } catch (StackOverflowError e) {
          yield Outcome.refused(
              RegoCode.REGO_LIMIT, "query", "terms less deep", "too deep", "split it");
        }
      }
    };
  }

  private static <T> Outcome<T> unplanned(Unplanned what, Lines lines) {
    var refusal =
        new Refusal(
            RegoCode.REGO_UNSAFE_VAR,
            what.at().toString(),
            "a value for every variable",
            "expression is unsafe",
            "give its variables values first");
    return new Outcome.Refused<>(List.of(lines.shown(refusal)));
  }

  private Map<String, List<String>> globals(List<String> packageName, List<Module.Import> use) {
    var globals = new HashMap<String, List<String>>();
    var node = functions.rules().root();
    for (String part : packageName) {
      var child = node.child(Value.of(part));
      if (child == null) break;
      node = child;
    }
    if (!packageName.isEmpty() && node.path().size() == packageName.size()) {
      for (var key : node.children().keySet()) {
        if (!(key instanceof dev.theca.rego.value.TextValue(String name))) continue;
        var path = new ArrayList<String>();
        path.add("data");
        path.addAll(packageName);
        path.add(name);
        globals.put(name, path);
      }
    }
    for (var one : use)
      if (!one.path().getFirst().equals("rego")) globals.put(one.name(), one.path());
    return globals;
  }

  private QueryPlan plan(
      String text, Compiler.Ready ready, Map<Integer, Condition> ofQuery, Lines shown) {
    var all = new HashMap<>(conditions);
    all.putAll(ofQuery);
    var slots = new Slots();
    var body = new Steps(documents, functions, slots, false).body(ready.ordered());
    var conditions = new ArrayList<QueryPlan.Condition>();
    var written = ready.written();
    for (int i = 0; i < written.size(); i++) {
      Expr expr = written.get(i);
      String end =
          i + 1 < written.size()
              ? QueryText.between(text, expr.at(), written.get(i + 1).at())
              : QueryText.from(text, expr.at());
      var slot = slots.all().get(Captures.PREFIX + expr.origin());
      conditions.add(new QueryPlan.Condition(expr.at(), end, slot == null ? -1 : slot));
    }
    var names = new TreeMap<String, Integer>();
    var own = Variables.ofBody(written, Variables.Skip.CLOSURES);
    slots
        .all()
        .forEach(
            (name, slot) -> {
              if (own.contains(name)
                  && !Names.isRoot(name)
                  && !Names.isWildcard(name)
                  && !Names.isGenerated(name)) names.put(Names.original(name), slot);
            });
    return new QueryPlan(
        body, slots.size(), conditions, names, documents.definitions().size(), setup, all, shown);
  }

  /** Every condition of the modules by its number. */
  public Map<Integer, Condition> conditions() {
    return conditions;
  }

  /** Where bodies begin: rules, and what {@code else} adds. */
  public List<Location> bodies() {
    return documents.definitions().values().stream()
        .flatMap(List::stream)
        .flatMap(rule -> rule.branches().stream())
        .map(Definition.Branch::at)
        .toList();
  }

  /** A refusal for every rule that stands where base documents stand too. */
  public List<Refusal> conflicts(Value data) {
    var findings = new Findings();
    functions
        .rules()
        .root()
        .each(
            node -> {
              if (node.rules().isEmpty() || !isThere(data, node.path())) return;
              var path = node.path().stream().map(JsonText::name).collect(Collectors.joining("/"));
              findings.compile(
                  node.rules().getFirst().at(),
                  "conflicting rule for data path " + path + " found",
                  "rename the rule, or move the data");
            });
    return lines.shown(findings.all());
  }

  private static boolean isThere(Value data, List<Value> path) {
    Value here = data;
    for (Value key : path) {
      Value next = here.at(key);
      if (next == null) return false;
      here = next;
    }
    return true;
  }

  /** Names of all documents. */
  public List<String> documents() {
    return List.copyOf(documents.byName().keySet());
  }
}
