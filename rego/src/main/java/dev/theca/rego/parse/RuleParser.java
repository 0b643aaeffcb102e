package dev.theca.rego.parse;

import dev.theca.rego.Location;
import dev.theca.rego.ast.Literal;
import dev.theca.rego.ast.Rule;
import dev.theca.rego.ast.Rule.Kind;
import dev.theca.rego.ast.Term;
import dev.theca.rego.parse.Layout.Clause;
import dev.theca.rego.parse.Layout.Mark;
import dev.theca.rego.parse.Layout.Span;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonString;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Rules of both syntaxes. */
final class RuleParser {
  private final Tokens in;
  private final BodyParser bodies;
  private final boolean v1;

  RuleParser(Tokens in, boolean v1) {
    this.in = in;
    this.bodies = new BodyParser(in);
    this.v1 = v1;
  }

  /** What stands left of the body. */
  private record Head(
      Location at,
      Kind kind,
      List<Term> path,
      Optional<List<Term>> arguments,
      Optional<Term> key,
      Optional<Term> value,
      Look look) {}

  /** How a head was written. */
  private record Look(Span span, int named, Set<Mark> marks) {
    Clause clause(int from, int to, boolean bare) {
      var all = EnumSet.noneOf(Mark.class);
      all.addAll(marks);
      if (bare) all.add(Mark.BARE);
      return new Clause(new Span(from, from, to), span, named, all);
    }
  }

  /** The next rule; in the older syntax several bodies make several rules. */
  List<Rule> rules() throws Malformed {
    Location at = in.at(in.peek());
    in.release();
    if (in.takeKeyword("default")) return List.of(defaultRule(at));
    int from = in.peek().offset();
    if (in.atKeyword("contains")) throw in.unexpected("the name of a rule");
    var name = bodies.terms().simple();
    int named = in.end();
    var written = head(at, name, from);
    if (in.takeKeyword("if")) {
      var body = in.peek().is("{") ? ifBraces() : List.of(bodies.literal());
      var head = keyed(written, true);
      var rule = rule(head, body, otherwise(head, true));
      written.look().marks().add(Mark.IF);
      in.layout().add(rule, written.look().clause(from, in.end(), false));
      return List.of(rule);
    }
    if (in.peek().is("{")) {
      if (v1) throw in.unexpected("'if' before the body");
      return braced(keyed(written, written.value().isPresent()), from);
    }
    var head = keyed(written, written.value().isPresent());
    boolean alone = v1 || head.path().size() == 1 && head.arguments().isEmpty();
    if (head.value().isEmpty() && head.kind() != Kind.SET && alone)
      throw new Malformed(from, "a rule with a value or a body", "a name alone");
    if (v1 && head.kind() == Kind.SET && written.kind() != Kind.SET)
      throw new Malformed(from, "'contains' for an element of a set", "brackets");
    var rule = rule(head, List.of(), List.of());
    int end = head.look().marks().contains(Mark.CONTAINS) ? in.end() : named;
    var look = new Look(new Span(from, from, end), named, head.look().marks());
    in.layout().add(rule, look.clause(from, end, false));
    return List.of(rule);
  }

  /**
   * Behind {@code if}, braces are a term when they can be read as one (a comprehension, an object);
   * a body otherwise, and where they could be a set.
   */
  private List<Literal> ifBraces() throws Malformed {
    var mark = in.mark();
    Optional<Literal> term = ifTerm();
    if (term.isPresent()) return List.of(term.get());
    in.reset(mark);
    return bodies.braced();
  }

  private Optional<Literal> ifTerm() {
    try {
      var one = bodies.literal();
      boolean set = one instanceof Literal.Condition c && c.term() instanceof Term.SetOf;
      return set ? Optional.empty() : Optional.of(one);
    } catch (Malformed e) {
      return Optional.empty();
    }
  }

  private List<Rule> braced(Head head, int from) throws Malformed {
    var all = new ArrayList<Rule>();
    all.add(rule(head, bodies.braced(), otherwise(head, false)));
    in.layout().add(all.getLast(), head.look().clause(from, in.end(), false));
    while (in.peek().is("{")) {
      if (!all.getLast().otherwise().isEmpty()) throw in.unexpected("a new rule after 'else'");
      int open = in.peek().offset();
      all.add(rule(head, bodies.braced(), List.of()));
      var span = new Span(open, open, in.end());
      var marks = EnumSet.of(Mark.CHAINED);
      marks.addAll(head.look().marks());
      in.layout().add(all.getLast(), new Clause(span, span, head.look().named(), marks));
    }
    return all;
  }

  private static Rule rule(Head h, List<Literal> body, List<Rule.Else> otherwise) {
    return new Rule(h.at(), h.kind(), h.path(), h.arguments(), h.key(), h.value(), body, otherwise);
  }

  private Rule defaultRule(Location at) throws Malformed {
    int keyword = in.end();
    int from = in.peek().offset();
    in.release();
    if (in.atKeyword("contains")) throw in.unexpected("the name of a rule");
    var head = head(at, bodies.terms().simple(), from);
    if (head.value().isEmpty()) throw in.unexpected("'=' or ':=' and a value");
    Defaults.check(from, head.arguments().orElse(List.of()), head.value().get());
    var rule =
        rule(
            new Head(
                at,
                Kind.DEFAULT,
                head.path(),
                head.arguments(),
                Optional.empty(),
                head.value(),
                head.look()),
            List.of(),
            List.of());
    in.layout().add(rule, head.look().clause(keyword - "default".length(), keyword, false));
    return rule;
  }

  private Head head(Location at, Term name, int from) throws Malformed {
    int named = in.end();
    var arguments = Optional.<List<Term>>empty();
    Term path = name;
    if (name instanceof Term.Call(var place, Term function, List<Term> given)) {
      if (!given.isEmpty()) arguments = Optional.of(given);
      path = function;
    }
    var parts = parts(path);
    if (arguments.isEmpty() && in.takeKeyword("contains")) {
      var key = Optional.of(bodies.terms().term());
      var look = new Look(new Span(from, from, in.end()), named, EnumSet.of(Mark.CONTAINS));
      return new Head(at, Kind.SET, parts, arguments, key, Optional.empty(), look);
    }
    var marks = EnumSet.noneOf(Mark.class);
    var value = value(marks);
    var look = new Look(new Span(from, from, in.end()), named, marks);
    return new Head(at, Kind.COMPLETE, parts, arguments, Optional.empty(), value, look);
  }

  private Optional<Term> value(Set<Mark> marks) throws Malformed {
    if (in.peek().is(":=")) marks.add(Mark.ASSIGNED);
    return in.takeIf(":=") || in.takeIf("=")
        ? Optional.of(bodies.terms().term())
        : Optional.empty();
  }

  private List<Term> parts(Term path) throws Malformed {
    var parts = new ArrayList<Term>();
    switch (path) {
      case Term.Var name when isName(name) -> parts.add(name);
      case Term.Ref(var at, Term.Var name, List<Term> steps) when isName(name) -> {
        parts.add(name);
        parts.addAll(steps);
      }
      default -> throw new Malformed(in.peek().offset(), "the name of a rule", "another term");
    }
    return parts;
  }

  /** Operators are calls of functions too, but nobody can define them. */
  private boolean isName(Term.Var var) {
    char first = var.name().charAt(0);
    boolean operator = var.name().equals("in") && in.isKeyword("in");
    return (Lexer.isStart(first) || first == '$') && !operator;
  }

  /**
   * A head of two parts without value and {@code if} is an element of a set, as in the older
   * syntax; a longer one says that its last part is true. Otherwise one that ends in a key in
   * brackets is a member of an object.
   */
  private Head keyed(Head head, boolean single) {
    if (head.kind() != Kind.COMPLETE || head.arguments().isPresent() || head.path().size() < 2)
      return head;
    Term last = head.path().getLast();
    boolean set = !single && head.path().size() == 2;
    boolean fixed = last instanceof Term.Scalar(var at, JsonString text);
    if (!set && fixed) return head;
    var path = head.path().subList(0, head.path().size() - 1);
    return new Head(
        head.at(),
        set ? Kind.SET : Kind.OBJECT,
        path,
        head.arguments(),
        Optional.of(last),
        !set && head.value().isEmpty()
            ? Optional.of(new Term.Scalar(head.at(), new JsonBool(true)))
            : head.value(),
        head.look());
  }

  /**
   * Whether 'else' may follow: never behind an element of a set, nor where the head has variables.
   */
  private static boolean isElseAllowed(Head head, boolean hasIf) {
    int size = head.path().size() + (head.key().isPresent() ? 1 : 0);
    boolean older = !hasIf && size == 2 && head.arguments().isEmpty();
    return head.kind() != Kind.SET
        && !older
        && head.key().stream().allMatch(RuleParser::isGround)
        && head.path().stream().skip(1).allMatch(RuleParser::isGround);
  }

  private static boolean isGround(Term term) {
    return switch (term) {
      case Term.Scalar _, Term.Comprehension _, Term.Template _ -> true;
      case Term.Var _ -> false;
      case Term.Ref ref -> ref.steps().stream().allMatch(RuleParser::isGround);
      case Term.Call call -> call.arguments().stream().allMatch(RuleParser::isGround);
      case Term.ArrayOf array -> array.items().stream().allMatch(RuleParser::isGround);
      case Term.SetOf set -> set.items().stream().allMatch(RuleParser::isGround);
      case Term.ObjectOf object ->
          object.entries().stream().allMatch(e -> isGround(e.key()) && isGround(e.value()));
    };
  }

  private List<Rule.Else> otherwise(Head head, boolean hasIf) throws Malformed {
    var all = new ArrayList<Rule.Else>();
    var clauses = new ArrayList<Clause>();
    while (in.atKeyword("else") && !in.atReference()) {
      if (!isElseAllowed(head, hasIf)) throw in.unexpected("no 'else' behind such a head");
      var token = in.take();
      var marks = EnumSet.noneOf(Mark.class);
      var value = value(marks);
      var look = new Look(new Span(token.offset(), token.offset(), in.end()), token.end(), marks);
      List<Literal> body = List.of();
      boolean bare = false;
      if (in.takeKeyword("if")) {
        bare = !in.peek().is("{");
        body = bare ? List.of(bodies.literal()) : bodies.braced();
      } else if (in.peek().is("{") && !v1) body = bodies.braced();
      else if (value.isEmpty()) throw in.unexpected("a value or a body after 'else'");
      all.add(new Rule.Else(in.at(token), value, body));
      clauses.add(look.clause(token.offset(), in.end(), bare));
    }
    for (int i = 0; i < all.size(); i++) {
      var one = clauses.get(i);
      var whole = new Span(one.whole().at(), one.whole().from(), in.end());
      in.layout().add(all.get(i), new Clause(whole, one.head(), one.named(), one.marks()));
    }
    return all;
  }
}
