package dev.theca.rego.parse;

import dev.theca.rego.Location;
import dev.theca.rego.ast.Literal;
import dev.theca.rego.ast.Rule;
import dev.theca.rego.ast.Rule.Kind;
import dev.theca.rego.ast.Term;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
      Optional<Term> value) {}

  /** The next rule; in the older syntax several bodies make several rules. */
  List<Rule> rules() throws Malformed {
    Location at = in.at(in.peek());
    if (in.takeKeyword("default")) return List.of(defaultRule(at));
    int from = in.peek().offset();
    var name = bodies.terms().simple();
    var written = head(at, name);
    if (in.takeKeyword("if")) {
      var body = in.peek().is("{") ? ifBraces() : List.of(bodies.literal());
      var head = keyed(written, true);
      return List.of(rule(head, body, otherwise(head)));
    }
    if (in.peek().is("{")) {
      if (v1) throw in.unexpected("'if' before the body");
      return braced(keyed(written, written.value().isPresent()));
    }
    var head = keyed(written, written.value().isPresent());
    if (head.value().isEmpty() && head.kind() != Kind.SET)
      throw new Malformed(from, "a rule with a value or a body", "a name alone");
    if (v1 && head.kind() == Kind.SET && written.kind() != Kind.SET)
      throw new Malformed(from, "'contains' for an element of a set", "brackets");
    return List.of(rule(head, List.of(), List.of()));
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

  private List<Rule> braced(Head head) throws Malformed {
    var all = new ArrayList<Rule>();
    all.add(rule(head, bodies.braced(), otherwise(head)));
    while (in.peek().is("{")) {
      if (!all.getLast().otherwise().isEmpty()) throw in.unexpected("a new rule after 'else'");
      all.add(rule(head, bodies.braced(), List.of()));
    }
    return all;
  }

  private static Rule rule(Head h, List<Literal> body, List<Rule.Else> otherwise) {
    return new Rule(h.at(), h.kind(), h.path(), h.arguments(), h.key(), h.value(), body, otherwise);
  }

  private Rule defaultRule(Location at) throws Malformed {
    int from = in.peek().offset();
    var head = head(at, bodies.terms().simple());
    if (head.value().isEmpty()) throw in.unexpected("'=' or ':=' and a value");
    Defaults.check(from, head.arguments().orElse(List.of()), head.value().get());
    return rule(
        new Head(at, Kind.DEFAULT, head.path(), head.arguments(), Optional.empty(), head.value()),
        List.of(),
        List.of());
  }

  private Head head(Location at, Term name) throws Malformed {
    var arguments = Optional.<List<Term>>empty();
    Term path = name;
    if (name instanceof Term.Call(var place, Term function, List<Term> given)) {
      arguments = Optional.of(given);
      path = function;
    }
    var parts = parts(path);
    if (arguments.isEmpty() && in.takeKeyword("contains")) {
      var key = Optional.of(bodies.terms().term());
      return new Head(at, Kind.SET, parts, arguments, key, Optional.empty());
    }
    var value = Optional.<Term>empty();
    if (in.takeIf(":=") || in.takeIf("=")) value = Optional.of(bodies.terms().term());
    return new Head(at, Kind.COMPLETE, parts, arguments, Optional.empty(), value);
  }

  private List<Term> parts(Term path) throws Malformed {
    var parts = new ArrayList<Term>();
    switch (path) {
      case Term.Var name -> parts.add(name);
      case Term.Ref(var at, Term.Var name, List<Term> steps) -> {
        parts.add(name);
        parts.addAll(steps);
      }
      default -> throw new Malformed(in.peek().offset(), "the name of a rule", "another term");
    }
    return parts;
  }

  /**
   * A head that ends in a key in brackets is a member of an object when it has a value or {@code
   * if}; of a set otherwise.
   */
  private Head keyed(Head head, boolean single) {
    if (head.kind() != Kind.COMPLETE || head.arguments().isPresent() || head.path().size() < 2)
      return head;
    Term last = head.path().getLast();
    boolean dotted = isDotted(last);
    boolean fixed = last instanceof Term.Scalar(var at, JsonString text);
    if (dotted || single && fixed) return head;
    var path = head.path().subList(0, head.path().size() - 1);
    return new Head(
        head.at(),
        single ? Kind.OBJECT : Kind.SET,
        path,
        head.arguments(),
        Optional.of(last),
        single && head.value().isEmpty()
            ? Optional.of(new Term.Scalar(head.at(), new JsonBool(true)))
            : head.value());
  }

  /** Whether a step was written with a dot: then it begins at a letter, not at a quote. */
  private boolean isDotted(Term step) {
    if (!(step instanceof Term.Scalar(Location at, JsonString(String text)))) return false;
    return Lexer.isStart(in.charAt(at));
  }

  private List<Rule.Else> otherwise(Head head) throws Malformed {
    var all = new ArrayList<Rule.Else>();
    while (in.atKeyword("else")) {
      if (head.kind() == Kind.SET) throw in.unexpected("no 'else' behind an element of a set");
      Location at = in.at(in.take());
      var value = Optional.<Term>empty();
      if (in.takeIf(":=") || in.takeIf("=")) value = Optional.of(bodies.terms().term());
      List<Literal> body = List.of();
      if (in.takeKeyword("if")) body = in.peek().is("{") ? ifBraces() : List.of(bodies.literal());
      else if (in.peek().is("{") && !v1) body = bodies.braced();
      else if (value.isEmpty()) throw in.unexpected("a value or a body after 'else'");
      all.add(new Rule.Else(at, value, body));
    }
    return all;
  }
}
