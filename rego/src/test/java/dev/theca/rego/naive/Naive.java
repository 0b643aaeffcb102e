package dev.theca.rego.naive;

import dev.theca.rego.ast.Literal;
import dev.theca.rego.ast.Literal.With;
import dev.theca.rego.ast.Module;
import dev.theca.rego.ast.Rule;
import dev.theca.rego.ast.Term;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.Value;
import dev.theca.rego.value.Values;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A second evaluator of a core of the language, as plain as can be: a body is tried with every
 * value of a small world for every variable. It knows no unification, no order of conditions and no
 * cache.
 */
final class Naive {
  /** Two values where one is allowed. */
  static final class Conflict extends RuntimeException {
    private static final long serialVersionUID = 1;

    Conflict(String what) {
      super(what, null, false, false);
    }
  }

  /** More work than a small program is worth. */
  static final class TooMuch extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooMuch() {
      super("too much", null, false, false);
    }
  }

  /** How much of a search is done. */
  enum Search {
    /** What cannot hold is left as soon as one condition fails; seen is what variables equal. */
    SHORT(100_000),
    /** Every condition is tried, and every value of its terms is seen. */
    WHOLE(300_000);

    private final int work;

    Search(int work) {
      this.work = work;
    }
  }

  private final Module module;
  private final Set<String> rules = new LinkedHashSet<>();

  /** Every value that a variable can have. */
  private final List<Value> world;

  /** Values that variables may have, too. */
  private final Set<Value> seen;

  private final Value input;
  private final Search search;
  private final int[] work;
  private final Map<String, Optional<Value>> documents = new HashMap<>();

  Naive(Module module, Collection<Value> world, Value input, Search search) {
    this(module, List.copyOf(world), input, search, new LinkedHashSet<>(), new int[1]);
  }

  private Naive(
      Module module, List<Value> world, Value input, Search search, Set<Value> seen, int[] work) {
    this.search = search;
    this.module = module;
    this.world = world;
    this.seen = seen;
    this.input = input;
    this.work = work;
    for (Rule rule : module.rules()) rules.add(rule.name());
  }

  /** Values that variables may have; where the world lacks some, it must be tried again. */
  Set<Value> seen() {
    return seen;
  }

  /** All documents that are defined. */
  Value all() {
    var members = new HashMap<Value, Value>();
    for (String name : rules)
      if (rulesOf(name).getFirst().arguments().isEmpty())
        document(name).ifPresent(value -> members.put(Value.of(name), value));
    return ObjectValue.of(members);
  }

  private List<Rule> rulesOf(String name) {
    return module.rules().stream().filter(rule -> rule.name().equals(name)).toList();
  }

  private Optional<Value> document(String name) {
    var known = documents.get(name);
    if (known != null) return known;
    var made = made(name);
    documents.put(name, made);
    made.ifPresent(seen::add);
    return made;
  }

  private Optional<Value> made(String name) {
    var all = rulesOf(name);
    boolean set = all.stream().anyMatch(rule -> rule.kind() == Rule.Kind.SET);
    boolean object = all.stream().anyMatch(Naive::isMember);
    if (set) return Optional.of(set(all));
    if (object) return Optional.of(object(all));
    return function(all, List.of());
  }

  /** The parser takes a key that is a string for a part of the name. */
  private static boolean isMember(Rule rule) {
    return rule.kind() == Rule.Kind.OBJECT || rule.path().size() == 2;
  }

  private Value set(List<Rule> all) {
    var elements = new HashSet<Value>();
    for (Rule rule : all)
      for (var env : solutions(rule.body(), Map.of(), List.of(rule.key().orElseThrow())))
        term(rule.key().orElseThrow(), env).ifPresent(elements::add);
    return SetValue.of(elements);
  }

  private Value object(List<Rule> all) {
    var members = new HashMap<Value, Value>();
    for (Rule rule : all) {
      Term key = rule.key().orElseGet(rule.path()::getLast);
      Term value = rule.value().orElseThrow();
      for (var env : solutions(rule.body(), Map.of(), List.of(key, value))) {
        var k = term(key, env);
        var v = term(value, env);
        if (k.isEmpty() || v.isEmpty()) continue;
        Value before = members.putIfAbsent(k.get(), v.get());
        if (before != null && !before.equals(v.get())) throw new Conflict("keys");
      }
    }
    return ObjectValue.of(members);
  }

  /** A function, or a rule without arguments. */
  private Optional<Value> function(List<Rule> all, List<Value> arguments) {
    var values = new HashSet<Value>();
    Optional<Value> fallback = Optional.empty();
    for (Rule rule : all) {
      if (rule.kind() == Rule.Kind.DEFAULT) fallback = term(rule.value().orElseThrow(), Map.of());
      else values.addAll(complete(rule, arguments));
    }
    if (values.size() > 1) throw new Conflict("values");
    return values.isEmpty() ? fallback : Optional.of(values.iterator().next());
  }

  private Set<Value> complete(Rule rule, List<Value> arguments) {
    Map<String, Value> env = new HashMap<>();
    var parameters = rule.arguments().orElse(List.of());
    for (int i = 0; i < arguments.size(); i++) {
      if (parameters.get(i) instanceof Term.Var(var at, String name)) {
        Value before = env.putIfAbsent(name, arguments.get(i));
        if (before != null && !before.equals(arguments.get(i))) return Set.of();
      } else if (!term(parameters.get(i), Map.of()).orElseThrow().equals(arguments.get(i)))
        return Set.of();
    }
    var values = one(rule.value(), rule.body(), env);
    for (var other : rule.otherwise())
      if (values.isEmpty()) values = one(other.value(), other.body(), env);
    return values;
  }

  private Set<Value> one(Optional<Term> value, List<Literal> body, Map<String, Value> env) {
    var values = new HashSet<Value>();
    var also = value.map(List::of).orElse(List.of());
    for (var solution : solutions(body, env, also)) {
      if (value.isEmpty()) values.add(Value.of(true));
      else term(value.get(), solution).ifPresent(values::add);
    }
    if (values.size() > 1) throw new Conflict("values");
    return values;
  }

  /**
   * Every way to give values to the variables of a body and of terms beside it so that it holds.
   * Variables that are known from outside keep theirs, unless {@code some} names them anew.
   */
  private List<Map<String, Value>> solutions(
      List<Literal> body, Map<String, Value> outside, List<Term> beside) {
    var own = new LinkedHashSet<String>();
    var declared = new HashSet<String>();
    for (Literal one : body) {
      Names.of(one, own);
      Names.declared(one, declared);
    }
    for (Term one : beside) Names.of(one, own);
    own.removeAll(rules);
    own.removeAll(Set.of("input", "data"));
    own.removeIf(name -> outside.containsKey(name) && !declared.contains(name));
    var names = List.copyOf(own);
    var ready = new ArrayList<List<Literal>>();
    for (int i = 0; i <= names.size(); i++) ready.add(new ArrayList<>());
    for (Literal one : body) {
      var needed = Names.inside(one);
      int last = 0;
      for (int i = 0; i < names.size(); i++) if (needed.contains(names.get(i))) last = i + 1;
      ready.get(last).add(one);
    }
    for (var some : ready) some.sort(Comparator.comparingInt(one -> Names.inside(one).size()));
    var start = new HashMap<>(outside);
    own.forEach(start::remove);
    var found = new ArrayList<Map<String, Value>>();
    search(ready, names, 0, true, start, found);
    return found;
  }

  /** Conditions are tried as soon as all their variables have values; so far they held, or not. */
  private void search(
      List<List<Literal>> ready,
      List<String> names,
      int next,
      boolean before,
      Map<String, Value> env,
      List<Map<String, Value>> found) {
    boolean all = before;
    for (Literal one : ready.get(next)) {
      all &= holds(one, env);
      if (!all && search == Search.SHORT) return;
    }
    if (next == names.size()) {
      if (all) found.add(new HashMap<>(env));
      return;
    }
    for (Value value : world) {
      env.put(names.get(next), value);
      search(ready, names, next + 1, all, env, found);
    }
    env.remove(names.get(next));
  }

  private boolean holds(Literal literal, Map<String, Value> env) {
    if (!literal.withs().isEmpty()) return within(literal, env);
    return switch (literal) {
      case Literal.SomeVars _ -> true;
      case Literal.SomeIn some -> {
        var collection = noted(some.collection(), env);
        var value = term(some.value(), env);
        if (collection.isEmpty() || value.isEmpty()) yield false;
        boolean any = false;
        for (var member : members(collection.get()).entrySet())
          any |=
              member.getValue().equals(value.get())
                  && some.key().stream()
                      .allMatch(key -> term(key, env).equals(Optional.of(member.getKey())));
        yield any;
      }
      case Literal.Every every -> {
        var collection = noted(every.collection(), env);
        if (collection.isEmpty()) yield false;
        boolean composite =
            collection.get() instanceof ArrayValue
                || collection.get() instanceof ObjectValue
                || collection.get() instanceof SetValue;
        boolean all = composite;
        for (var member : members(collection.get()).entrySet()) {
          var inner = new HashMap<>(env);
          every.key().ifPresent(key -> inner.put(key, member.getKey()));
          inner.put(every.value(), member.getValue());
          all &= !solutions(every.body(), inner, List.of()).isEmpty();
        }
        yield all;
      }
      case Literal.Condition condition -> {
        boolean holds = truth(condition.term(), env);
        yield condition.negated() != holds;
      }
    };
  }

  private boolean within(Literal literal, Map<String, Value> env) {
    Value replaced = input;
    for (With with : literal.withs()) {
      var value = term(with.value(), env);
      if (value.isEmpty()) return false;
      replaced = value.get();
    }
    Literal bare =
        switch (literal) {
          case Literal.Condition c ->
              new Literal.Condition(c.at(), c.negated(), c.term(), List.of());
          default -> throw new IllegalStateException("with behind " + literal);
        };
    return new Naive(module, world, replaced, search, seen, work).holds(bare, env);
  }

  private boolean truth(Term term, Map<String, Value> env) {
    if (term instanceof Term.Call(var at, Term.Var(var there, String name), List<Term> arguments)
        && (name.equals("=") || name.equals(":="))) {
      var a = side(arguments.getFirst(), arguments.getLast(), env);
      var b = side(arguments.getLast(), arguments.getFirst(), env);
      return a.isPresent() && a.equals(b);
    }
    return term(term, env).filter(value -> !value.equals(BoolValue.FALSE)).isPresent();
  }

  private Optional<Value> term(Term term, Map<String, Value> env) {
    if (++work[0] > search.work) throw new TooMuch();
    var value = valued(term, env);
    if (search == Search.WHOLE || term instanceof Term.Scalar) value.ifPresent(seen::add);
    return value;
  }

  private Optional<Value> noted(Term term, Map<String, Value> env) {
    var value = term(term, env);
    value.ifPresent(seen::add);
    return value;
  }

  /** One side of an equality: what is equal to a variable is a value that it may have. */
  private Optional<Value> side(Term term, Term other, Map<String, Value> env) {
    boolean made = term instanceof Term.Call || term instanceof Term.Comprehension;
    if (made || other instanceof Term.Var) return noted(term, env);
    if (term instanceof Term.ArrayOf(var at, List<Term> x)
        && other instanceof Term.ArrayOf(var there, List<Term> y)
        && x.size() == y.size()) for (int i = 0; i < x.size(); i++) side(x.get(i), y.get(i), env);
    if (term instanceof Term.ObjectOf(var at, List<Term.Entry> x)
        && other instanceof Term.ObjectOf(var there, List<Term.Entry> y)
        && x.size() == y.size())
      for (int i = 0; i < x.size(); i++) side(x.get(i).value(), y.get(i).value(), env);
    return term(term, env);
  }

  private Optional<Value> valued(Term term, Map<String, Value> env) {
    return switch (term) {
      case Term.Scalar(var at, var json) -> Optional.of(Values.of(json));
      case Term.Var(var at, String name) -> {
        if (env.containsKey(name)) yield Optional.of(env.get(name));
        if (name.equals("input")) yield Optional.of(input);
        yield document(name);
      }
      case Term.Ref(var at, Term head, List<Term> steps) -> {
        var value = term(head, env);
        for (Term step : steps) {
          var key = term(step, env);
          if (value.isEmpty() || key.isEmpty()) yield Optional.empty();
          value = Optional.ofNullable(members(value.get()).get(key.get()));
        }
        yield value;
      }
      case Term.ArrayOf(var at, List<Term> items) -> terms(items, env).map(ArrayValue::of);
      case Term.SetOf(var at, List<Term> items) -> terms(items, env).map(SetValue::of);
      case Term.ObjectOf(var at, List<Term.Entry> entries) -> {
        var members = new HashMap<Value, Value>();
        for (var entry : entries) {
          var key = term(entry.key(), env);
          var value = term(entry.value(), env);
          if (key.isEmpty() || value.isEmpty()) yield Optional.empty();
          members.put(key.get(), value.get());
        }
        yield Optional.of(ObjectValue.of(members));
      }
      case Term.Comprehension made -> Optional.of(comprehension(made, env));
      case Term.Call(var at, Term.Var(var there, String name), List<Term> arguments) ->
          terms(arguments, env)
              .flatMap(
                  values -> {
                    if (!rules.contains(name)) return Natives.call(name, values);
                    seen.addAll(values);
                    return function(rulesOf(name), values);
                  });
      case Term.Call _, Term.Template _ -> throw new IllegalStateException("not in the core");
    };
  }

  private Optional<List<Value>> terms(List<Term> terms, Map<String, Value> env) {
    var values = new ArrayList<Value>();
    for (Term one : terms) {
      var value = term(one, env);
      if (value.isEmpty()) return Optional.empty();
      values.add(value.get());
    }
    return Optional.of(values);
  }

  private Value comprehension(Term.Comprehension made, Map<String, Value> env) {
    var beside = new ArrayList<>(made.key().stream().toList());
    beside.add(made.value());
    var keys = new ArrayList<Value>();
    var values = new ArrayList<Value>();
    for (var solution : solutions(made.body(), env, beside)) {
      var value = term(made.value(), solution);
      var key = made.key().isPresent() ? term(made.key().get(), solution) : value;
      if (value.isEmpty() || key.isEmpty()) continue;
      keys.add(key.get());
      values.add(value.get());
    }
    return switch (made.kind()) {
      case ARRAY -> throw new IllegalStateException("an order is not in the core");
      case SET -> SetValue.of(values);
      case OBJECT -> {
        var members = new HashMap<Value, Value>();
        for (int i = 0; i < keys.size(); i++) {
          Value before = members.putIfAbsent(keys.get(i), values.get(i));
          if (before != null && !before.equals(values.get(i))) throw new Conflict("keys");
        }
        yield ObjectValue.of(members);
      }
    };
  }

  /** What is in a collection, by key. */
  static Map<Value, Value> members(Value value) {
    return switch (value) {
      case ArrayValue array -> {
        var members = new HashMap<Value, Value>();
        for (int i = 0; i < array.size(); i++) members.put(Value.of(i), array.item(i));
        yield members;
      }
      case SetValue set -> {
        var members = new HashMap<Value, Value>();
        set.forEach(element -> members.put(element, element));
        yield members;
      }
      case ObjectValue object -> object.members();
      default -> Map.of();
    };
  }
}
