package dev.theca.rego.parse;

import dev.theca.rego.Location;
import dev.theca.rego.ast.Literal;
import dev.theca.rego.ast.Literal.With;
import dev.theca.rego.ast.Term;
import dev.theca.rego.ast.Term.Var;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Bodies: conditions, one a line or separated by semicolons. */
final class BodyParser {
  private final Tokens in;
  private final TermParser terms;

  BodyParser(Tokens in) {
    this.in = in;
    this.terms = new TermParser(in, this);
  }

  TermParser terms() {
    return terms;
  }

  /** {@code { a; b }}. */
  List<Literal> braced() throws Malformed {
    in.expect("{");
    var body = until("}");
    in.expect("}");
    return body;
  }

  /**
   * At least one condition, up to the closing symbol, which stays; empty is the file's end, before
   * which conditions need nothing between them.
   */
  List<Literal> until(String close) throws Malformed {
    in.enter();
    var body = new ArrayList<Literal>();
    body.add(literal());
    while (true) {
      boolean more = in.takeIf(";");
      if (!more && isAt(close)) break;
      if (!more && !close.isEmpty() && !in.peek().newline())
        throw in.unexpected("a new line, ';' or '" + close + "'");
      body.add(literal());
    }
    in.leave();
    return body;
  }

  private boolean isAt(String close) {
    return close.isEmpty() ? in.peek().kind() == Token.Kind.END : in.peek().is(close);
  }

  Literal literal() throws Malformed {
    var token = in.peek();
    return in.spanned(literal(in.at(token)), token.offset());
  }

  private Literal literal(Location at) throws Malformed {
    in.release();
    if (in.takeKeyword("some")) return some(at);
    if (in.atKeyword("every")) {
      in.take();
      return every(at);
    }
    boolean negated = in.takeKeyword("not");
    Term term = expression();
    return new Literal.Condition(at, negated, term, withs());
  }

  /** A term, or {@code a := b}, or {@code a = b}. */
  private Term expression() throws Malformed {
    int from = in.peek().offset();
    Term left = terms.pairOrTerm();
    if (!in.peek().is(":=") && !in.peek().is("=")) return left;
    var token = in.take();
    return terms.operator(in.at(token), token.text(), left, terms.pairOrTerm(), from);
  }

  private List<With> withs() throws Malformed {
    var found = new ArrayList<With>();
    while (in.atKeyword("with")) {
      var token = in.take();
      if (in.atKeyword("contains")) throw in.unexpected("no keyword after 'with'");
      Term target = terms.simple();
      if (!(target instanceof Var) && !(target instanceof Term.Ref))
        throw new Malformed(in.peek().offset(), "input, data or a function after 'with'", "a term");
      if (!in.takeKeyword("as")) throw in.unexpected("'as'");
      found.add(in.spanned(new With(in.at(token), target, terms.term()), token.offset()));
    }
    return found;
  }

  private Literal some(Location at) throws Malformed {
    var found = new ArrayList<Term>();
    do {
      found.add(terms.relation());
    } while (in.takeIf(","));
    in.release();
    if (in.takeKeyword("in")) {
      if (found.size() > 2) throw in.unexpected("one or two variables before 'in'");
      Term collection = terms.relation();
      var key = found.size() == 2 ? Optional.of(found.getFirst()) : Optional.<Term>empty();
      return new Literal.SomeIn(at, key, found.getLast(), collection, withs());
    }
    var names = new ArrayList<String>();
    for (Term one : found) {
      if (!(one instanceof Var(var place, String name))) throw in.unexpected("'in'");
      names.add(name);
    }
    var some = new Literal.SomeVars(at, names, withs());
    in.layout().add(some, found.stream().flatMap(one -> in.layout().of(one).stream()).toList());
    return some;
  }

  private Literal every(Location at) throws Malformed {
    var places = new ArrayList<Layout.Span>();
    String first = variable(places);
    var key = Optional.<String>empty();
    if (in.takeIf(",")) {
      key = Optional.of(first);
      first = variable(places);
    }
    if (in.atReference() || !in.takeKeyword("in")) throw in.unexpected("'in'");
    Term collection = terms.relation();
    var body = braced();
    var every = new Literal.Every(at, key, first, collection, body, withs());
    in.layout().add(every, places);
    return every;
  }

  private String variable(List<Layout.Span> places) throws Malformed {
    var token = in.name("a variable");
    String name = token.text();
    places.add(new Layout.Span(token.offset(), token.offset(), token.end()));
    return name.equals("_") ? in.wildcard() : name;
  }
}
