package dev.theca.rego.builtin;

import dev.theca.rego.ast.Comment;
import dev.theca.rego.ast.Module;
import dev.theca.rego.ast.Rule;
import dev.theca.rego.ast.Term;
import dev.theca.rego.parse.Layout;
import dev.theca.rego.parse.Layout.Clause;
import dev.theca.rego.parse.Layout.Mark;
import dev.theca.rego.parse.PolicyParser.LaidOut;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A policy as the JSON of Open Policy Agent's tree, which leaves places and annotations out. */
final class ModuleTree {
  private final Layout layout;
  private final TermTree terms;

  private ModuleTree(Calling context, Layout layout) {
    this.layout = layout;
    this.terms = new TermTree(context);
  }

  static Value of(Calling context, LaidOut policy) throws BuiltinFault {
    return new ModuleTree(context, policy.layout()).module(policy.module());
  }

  private Value module(Module module) throws BuiltinFault {
    var rules = new ArrayList<Value>();
    for (Rule rule : module.rules()) rules.add(rule(rule));
    var path = new ArrayList<>(List.of("data"));
    path.addAll(module.name());
    Map<Value, Value> all = new HashMap<>();
    all.put(Value.of("package"), ObjectValue.of(Map.of(Value.of("path"), TermTree.path(path))));
    put(all, "imports", layout.imports().stream().map(ModuleTree::imported).toList());
    put(all, "rules", rules);
    put(all, "comments", module.comments().stream().map(ModuleTree::comment).toList());
    return ObjectValue.owning(all);
  }

  private static void put(Map<Value, Value> object, String name, List<Value> items) {
    if (!items.isEmpty()) object.put(Value.of(name), ArrayValue.of(items));
  }

  private static Value imported(Module.Import one) {
    Map<Value, Value> all = new HashMap<>();
    all.put(Value.of("path"), TermTree.typed("ref", TermTree.path(one.path())));
    one.alias().ifPresent(alias -> all.put(Value.of("alias"), Value.of(alias)));
    return ObjectValue.owning(all);
  }

  private static Value comment(Comment one) {
    byte[] text = one.text().getBytes(StandardCharsets.UTF_8);
    var place =
        Map.of(
            Value.of("file"),
            Value.of(one.at().file()),
            Value.of("row"),
            Value.of(one.at().line()),
            Value.of("col"),
            Value.of(one.at().column()));
    return ObjectValue.of(
        Map.of(
            Value.of("Text"),
            Value.of(Base64.getEncoder().encodeToString(text)),
            Value.of("Location"),
            ObjectValue.of(place)));
  }

  /** What the rule and all its alternatives share. */
  private record Head(Map<Value, Value> members, boolean assigned) {
    /** The head with a value of its own. */
    Value with(Value value, boolean assign) {
      var all = new HashMap<>(members);
      all.put(Value.of("value"), value);
      if (assign) all.put(Value.of("assign"), Value.of(true));
      return ObjectValue.owning(all);
    }
  }

  private Value rule(Rule rule) throws BuiltinFault {
    boolean assigned = is(layout.of(rule), Mark.ASSIGNED);
    var head = head(rule, assigned);
    var value = value(rule.value());
    Map<Value, Value> all = new HashMap<>();
    all.put(
        Value.of("head"),
        rule.kind() == Rule.Kind.SET ? ObjectValue.of(head.members()) : head.with(value, assigned));
    all.put(Value.of("body"), terms.body(rule.body()));
    if (rule.kind() == Rule.Kind.DEFAULT) all.put(Value.of("default"), Value.of(true));
    Optional<Value> otherwise = otherwise(head, rule.otherwise());
    otherwise.ifPresent(one -> all.put(Value.of("else"), one));
    return ObjectValue.owning(all);
  }

  /** Each alternative holds the next. */
  private Optional<Value> otherwise(Head head, List<Rule.Else> alternatives) throws BuiltinFault {
    var made = new ArrayList<Map<Value, Value>>();
    for (Rule.Else one : alternatives) {
      // without a value of its own it keeps the sign of the rule's
      boolean assign =
          one.value().isPresent() ? is(layout.of(one), Mark.ASSIGNED) : head.assigned();
      Map<Value, Value> all = new HashMap<>();
      all.put(Value.of("head"), head.with(value(one.value()), assign));
      all.put(Value.of("body"), terms.body(one.body()));
      made.add(all);
    }
    Optional<Value> next = Optional.empty();
    for (var all : made.reversed()) {
      next.ifPresent(one -> all.put(Value.of("else"), one));
      next = Optional.of(ObjectValue.owning(all));
    }
    return next;
  }

  private static boolean is(Optional<Clause> clause, Mark mark) {
    return clause.stream().anyMatch(one -> one.is(mark));
  }

  private Value value(Optional<Term> value) throws BuiltinFault {
    return value.isPresent() ? terms.of(value.get()) : TermTree.TRUE;
  }

  /**
   * The head without its value. A name is given for heads of one part, and where older versions had
   * one: for two parts with a value.
   */
  private Head head(Rule rule, boolean assigned) throws BuiltinFault {
    boolean member = rule.kind() == Rule.Kind.OBJECT;
    var reference = new ArrayList<>(rule.path());
    if (member) rule.key().ifPresent(reference::add);
    Map<Value, Value> all = new HashMap<>();
    all.put(Value.of("ref"), terms.list(reference));
    boolean arguments = rule.arguments().isPresent();
    if (arguments && !rule.arguments().get().isEmpty())
      all.put(Value.of("args"), terms.list(rule.arguments().get()));
    boolean when = is(layout.of(rule), Mark.IF);
    boolean two = reference.size() == 2 && rule.kind() != Rule.Kind.DEFAULT;
    boolean given = rule.value().isPresent() && !isMadeUp(rule);
    boolean old = two && (when ? given : !arguments && !assigned && given);
    boolean set = rule.kind() == Rule.Kind.SET;
    if (reference.size() == 1 || old && !set) all.put(Value.of("name"), Value.of(rule.name()));
    if (set && rule.key().isPresent()) all.put(Value.of("key"), terms.of(rule.key().get()));
    else if (two && !set && !arguments && (when ? !isFixed(reference.get(1)) : !assigned && given))
      all.put(Value.of("key"), terms.of(reference.get(1)));
    return new Head(all, assigned);
  }

  /** A member whose value is not written is true; the parser says so with a term of the head. */
  private boolean isMadeUp(Rule rule) {
    return rule.value().isPresent() && layout.of(rule.value().get()).isEmpty();
  }

  /** Whether it holds no variable and is no reference. */
  private static boolean isFixed(Term term) {
    return switch (term) {
      case Term.Scalar _, Term.Comprehension _, Term.Template _ -> true;
      case Term.Var _, Term.Ref _ -> false;
      case Term.Call call -> call.arguments().stream().allMatch(ModuleTree::isFixed);
      case Term.ArrayOf array -> array.items().stream().allMatch(ModuleTree::isFixed);
      case Term.SetOf set -> set.items().stream().allMatch(ModuleTree::isFixed);
      case Term.ObjectOf object ->
          object.entries().stream().allMatch(e -> isFixed(e.key()) && isFixed(e.value()));
    };
  }
}
