package dev.theca.rego.parse;

import dev.theca.rego.Location;
import dev.theca.rego.ast.Literal;
import dev.theca.rego.ast.Term;
import dev.theca.rego.ast.Term.Comprehension;
import dev.theca.rego.ast.Term.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Terms in brackets and braces: arrays, sets, objects and comprehensions. Which of them it is shows
 * behind the first member: a bar may begin a body, or be a union.
 */
final class BracketParser {
  private final Tokens in;
  private final BodyParser bodies;
  private final TermParser terms;

  BracketParser(Tokens in, BodyParser bodies, TermParser terms) {
    this.in = in;
    this.bodies = bodies;
    this.terms = terms;
  }

  Term array(Location at) throws Malformed {
    in.expect("[");
    if (in.takeIf("]")) return new Term.ArrayOf(at, List.of());
    if (in.takeIf(",")) return new Term.ArrayOf(at, rest(terms.term(), "]"));
    int from = in.peek().offset();
    Term head = terms.simple();
    var body = body("]");
    if (body.isPresent())
      return new Comprehension(at, Kind.ARRAY, Optional.empty(), head, body.get());
    return new Term.ArrayOf(at, rest(terms.whole(head, from), "]"));
  }

  private List<Term> rest(Term first, String close) throws Malformed {
    var items = new ArrayList<Term>();
    items.add(first);
    while (!in.takeIf(close)) {
      if (!in.takeIf(",")) throw in.unexpected("',' or '" + close + "'");
      if (in.takeIf(close)) break;
      items.add(terms.term());
    }
    return items;
  }

  /** A comprehension's bar, body and end; without a bar, or when the bar is a union, nothing. */
  private Optional<List<Literal>> body(String close) throws Malformed {
    if (!in.peek().is("|")) return Optional.empty();
    var bar = in.mark();
    in.take();
    try {
      var body = bodies.until(close);
      in.expect(close);
      return Optional.of(body);
    } catch (Malformed e) {
      in.reset(bar);
      if (isUnion(close)) return Optional.empty();
      throw e;
    }
  }

  /** Whether a bar and one term stand before a comma, a colon or the end. */
  private boolean isUnion(String close) {
    var bar = in.mark();
    in.take();
    try {
      terms.term();
      return in.peek().is(close) || in.peek().is(",") || in.peek().is(":");
    } catch (Malformed e) {
      return false;
    } finally {
      in.reset(bar);
    }
  }

  Term braces(Location at) throws Malformed {
    in.expect("{");
    if (in.takeIf("}")) return new Term.ObjectOf(at, List.of());
    boolean plain = in.takeIf(",");
    int from = in.peek().offset();
    Term first = terms.simple();
    var elements = plain ? Optional.<List<Literal>>empty() : body("}");
    if (elements.isPresent())
      return new Comprehension(at, Kind.SET, Optional.empty(), first, elements.get());
    first = terms.whole(first, from);
    if (!in.takeIf(":")) return new Term.SetOf(at, rest(first, "}"));
    int second = in.peek().offset();
    Term value = terms.simple();
    var members = plain ? Optional.<List<Literal>>empty() : body("}");
    if (members.isPresent())
      return new Comprehension(at, Kind.OBJECT, Optional.of(first), value, members.get());
    return object(at, new Term.Entry(first, terms.whole(value, second)));
  }

  private Term object(Location at, Term.Entry first) throws Malformed {
    var entries = new ArrayList<Term.Entry>();
    entries.add(first);
    while (!in.takeIf("}")) {
      if (!in.takeIf(",")) throw in.unexpected("',' or '}'");
      if (in.takeIf("}")) break;
      Term key = terms.term();
      in.expect(":");
      entries.add(new Term.Entry(key, terms.term()));
    }
    return new Term.ObjectOf(at, entries);
  }
}
