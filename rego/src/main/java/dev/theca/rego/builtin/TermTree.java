package dev.theca.rego.builtin;

import dev.theca.rego.ast.Literal;
import dev.theca.rego.ast.Term;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import dev.theca.rego.value.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Terms and conditions as the JSON of Open Policy Agent's tree. */
final class TermTree {
  static final Value TRUE = typed("boolean", Value.of(true));

  /** What operators are called. */
  private static final Map<String, String> OPERATORS =
      Map.ofEntries(
          Map.entry("+", "plus"),
          Map.entry("-", "minus"),
          Map.entry("*", "mul"),
          Map.entry("/", "div"),
          Map.entry("%", "rem"),
          Map.entry("&", "and"),
          Map.entry("|", "or"),
          Map.entry("==", "equal"),
          Map.entry("!=", "neq"),
          Map.entry("<", "lt"),
          Map.entry("<=", "lte"),
          Map.entry(">", "gt"),
          Map.entry(">=", "gte"),
          Map.entry("=", "eq"),
          Map.entry(":=", "assign"));

  private final Calling context;

  /** Wildcards by the names they have in the tree, numbered as they come. */
  private final Map<String, String> wildcards = new HashMap<>();

  TermTree(Calling context) {
    this.context = context;
  }

  static Value typed(String type, Value value) {
    return ObjectValue.of(Map.of(Value.of("type"), Value.of(type), Value.of("value"), value));
  }

  /** A name and fixed texts behind it. */
  static Value path(List<String> path) {
    var items = new ArrayList<Value>();
    for (String part : path) items.add(typed(items.isEmpty() ? "var" : "string", Value.of(part)));
    return ArrayValue.of(items);
  }

  /** Terms one behind the other; the first names what is referred to. */
  Value list(List<Term> terms) throws BuiltinFault {
    var items = new ArrayList<Value>();
    for (Term term : terms)
      items.add(items.isEmpty() && term instanceof Term.Var name ? variable(name) : of(term));
    return ArrayValue.of(items);
  }

  private Value variable(Term.Var variable) {
    return typed("var", Value.of(named(variable.name())));
  }

  private String named(String name) {
    return name.startsWith("$")
        ? wildcards.computeIfAbsent(name, _ -> "$" + wildcards.size())
        : name;
  }

  Value of(Term term) throws BuiltinFault {
    context.spend(4);
    return switch (term) {
      case Term.Scalar scalar -> scalar(scalar);
      case Term.Var(var at, String name) when name.equals("input") || name.equals("data") ->
          typed("ref", path(List.of(name)));
      case Term.Var name -> variable(name);
      case Term.Ref(var at, Term head, List<Term> steps) -> {
        var all = new ArrayList<Term>();
        all.add(head);
        all.addAll(steps);
        yield typed("ref", list(all));
      }
      case Term.ArrayOf array -> typed("array", items(array.items()));
      case Term.SetOf set -> typed("set", items(set.items()));
      case Term.ObjectOf object -> {
        var pairs = new ArrayList<Value>();
        for (var entry : object.entries())
          pairs.add(ArrayValue.owning(of(entry.key()), of(entry.value())));
        yield typed("object", ArrayValue.of(pairs));
      }
      case Term.Comprehension comprehension -> comprehension(comprehension);
      case Term.Call call -> typed("call", call(call));
      case Term.Template _ ->
          throw new BuiltinFault("template strings have no tree that is known here");
    };
  }

  private Value items(List<Term> terms) throws BuiltinFault {
    var items = new ArrayList<Value>();
    for (Term term : terms) items.add(of(term));
    return ArrayValue.of(items);
  }

  private static Value scalar(Term.Scalar scalar) throws BuiltinFault {
    try {
      Value value = Values.of(scalar.value());
      return typed(value.kind().word(), value);
    } catch (NumberFormatException e) {
      throw new BuiltinFault("number beyond the limits");
    }
  }

  private Value comprehension(Term.Comprehension one) throws BuiltinFault {
    Map<Value, Value> all = new HashMap<>();
    if (one.key().isPresent()) all.put(Value.of("key"), of(one.key().get()));
    all.put(Value.of(one.kind() == Term.Kind.OBJECT ? "value" : "term"), of(one.value()));
    all.put(Value.of("body"), body(one.body()));
    String type =
        switch (one.kind()) {
          case ARRAY -> "arraycomprehension";
          case SET -> "setcomprehension";
          case OBJECT -> "objectcomprehension";
        };
    return typed(type, ObjectValue.owning(all));
  }

  /** What is called, and its arguments. */
  private Value call(Term.Call call) throws BuiltinFault {
    var all = new ArrayList<Value>();
    all.add(function(call));
    for (Term argument : call.arguments()) all.add(of(argument));
    return ArrayValue.of(all);
  }

  private Value function(Term.Call call) throws BuiltinFault {
    if (!(call.function() instanceof Term.Var(var at, String name))) return of(call.function());
    List<String> path =
        name.equals("in")
            ? List.of("internal", "member_" + call.arguments().size())
            : List.of(OPERATORS.getOrDefault(name, name));
    return typed("ref", path(path));
  }

  /** Conditions with their numbers; nothing at all is true. */
  Value body(List<Literal> body) throws BuiltinFault {
    var all = new ArrayList<Value>();
    for (Literal literal : body) all.add(literal(literal, all.size()));
    if (all.isEmpty()) all.add(expression(0, TRUE, false, List.of()));
    return ArrayValue.of(all);
  }

  private Value literal(Literal literal, int index) throws BuiltinFault {
    context.spend(4);
    return switch (literal) {
      case Literal.Condition one ->
          expression(
              index,
              one.term() instanceof Term.Call call ? call(call) : of(one.term()),
              one.negated(),
              one.withs());
      case Literal.SomeVars one -> {
        var names = new ArrayList<Value>();
        for (String name : one.names()) names.add(typed("var", Value.of(named(name))));
        yield expression(index, some(names), false, one.withs());
      }
      case Literal.SomeIn one -> {
        var operands = new ArrayList<Term>();
        one.key().ifPresent(operands::add);
        operands.add(one.value());
        operands.add(one.collection());
        var call = new Term.Call(one.at(), new Term.Var(one.at(), "in"), operands);
        yield expression(index, some(List.of(of(call))), false, one.withs());
      }
      case Literal.Every one -> expression(index, every(one), false, one.withs());
    };
  }

  private static Value some(List<Value> symbols) {
    return ObjectValue.of(Map.of(Value.of("symbols"), ArrayValue.of(symbols)));
  }

  private Value every(Literal.Every one) throws BuiltinFault {
    Optional<Value> key = one.key().map(name -> typed("var", Value.of(named(name))));
    return ObjectValue.of(
        Map.of(
            Value.of("key"),
            key.orElse(NullValue.NULL),
            Value.of("value"),
            typed("var", Value.of(named(one.value()))),
            Value.of("domain"),
            of(one.collection()),
            Value.of("body"),
            body(one.body())));
  }

  private Value expression(int index, Value terms, boolean negated, List<Literal.With> withs)
      throws BuiltinFault {
    Map<Value, Value> all = new HashMap<>();
    all.put(Value.of("index"), Value.of(index));
    all.put(Value.of("terms"), terms);
    if (negated) all.put(Value.of("negated"), Value.of(true));
    var replaced = new ArrayList<Value>();
    for (var one : withs)
      replaced.add(
          ObjectValue.of(
              Map.of(Value.of("target"), of(one.target()), Value.of("value"), of(one.value()))));
    if (!replaced.isEmpty()) all.put(Value.of("with"), ArrayValue.of(replaced));
    return ObjectValue.owning(all);
  }
}
