package dev.theca.rego.fmt;

import dev.theca.rego.ast.Literal;
import dev.theca.rego.ast.Term;
import dev.theca.rego.ast.Term.Call;
import dev.theca.rego.fmt.Source.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes conditions and bodies. */
final class Bodies {
  private final Page page;
  private final Source source;
  private final Terms terms;

  /** Where conditions count as standing: the one behind {@code else if} stands at the else. */
  private @Nullable Place all;

  Bodies(Page page, Source source, Terms terms) {
    this.page = page;
    this.source = source;
    this.terms = terms;
  }

  void pretend(@Nullable Place place) {
    all = place;
  }

  Place place(Literal literal) {
    return all == null ? source.of(literal) : all;
  }

  /** One condition a line, and at most one empty line between two. */
  void lines(List<Literal> body) throws InTheWay {
    page.comments(place(body.getFirst()).row());
    int last = Integer.MAX_VALUE - 1;
    for (Literal literal : body) {
      Place place = place(literal);
      if (place.row() > last + 1) page.blankLine();
      last = source.lastRow(place);
      page.startLine();
      try {
        literal(literal);
      } catch (InTheWay e) {
        // It stands there as it was written; the others have their form.
      }
      page.endLine();
    }
  }

  /** A body within a term: in one line when it began and stayed in the row of what is before. */
  void inner(List<Literal> body, Place before, int close) throws InTheWay {
    boolean several =
        place(body.getFirst()).row() > before.row()
            || Lines.of(body, before, this::place).size() > 1;
    if (several) {
      page.endLine();
      page.up();
      try {
        lines(body);
        page.comments(close);
      } finally {
        page.down();
        page.startLine();
      }
      return;
    }
    for (int i = 0; i < body.size(); i++) {
      page.write(i == 0 ? " " : "; ");
      literal(body.get(i));
    }
    page.comments(close);
  }

  void literal(Literal literal) throws InTheWay {
    Place place = place(literal);
    page.comments(place.row());
    page.startIfNeeded();
    var mark = page.mark();
    int withs = literal.withs().isEmpty() ? -1 : source.of(literal.withs().getFirst()).at();
    boolean clean = true;
    switch (literal) {
      case Literal.Condition(var _, boolean negated, Term term, var _) -> {
        if (negated) page.write("not ");
        try {
          expression(term);
        } catch (InTheWay e) {
          clean = false;
        }
      }
      case Literal.SomeVars some -> variables(some, place);
      case Literal.SomeIn some -> {
        try {
          page.write("some ");
          terms.infix(
              "in",
              some.key()
                  .map(key -> List.of(key, some.value(), some.collection()))
                  .orElseGet(() -> List.of(some.value(), some.collection())));
        } catch (InTheWay e) {
          page.reset(mark);
          terms.asWritten(until(place, withs));
          clean = false;
        }
      }
      case Literal.Every every -> clean = every(every, place);
    }
    withs(literal.withs(), source.lastRow(place, withs));
    if (!clean) throw new InTheWay();
  }

  private static Place until(Place place, int end) {
    return end < 0
        ? place
        : new Place(place.row(), place.column(), place.at(), place.from(), end - 1);
  }

  /** A term where a condition stands: its outermost operator has no parentheses. */
  void expression(Term term) throws InTheWay {
    if (!(term instanceof Call call)) {
      terms.write(term);
      return;
    }
    var mark = page.mark();
    try {
      var operator = Infix.of(call);
      var operands = call.arguments();
      if (operator.isEmpty()) terms.plain(call);
      else if (operator.get().equals("in")) terms.infix("in", operands);
      else if (operands.size() == 3)
        infix(" " + operator.get() + " ", operands.get(2), operands.get(0), operands.get(1));
      else if (Infix.isBar(call)) terms.inParentheses(true, call);
      else if (operands.size() == 2) {
        infix(operator.get(), operands);
        return;
      } else terms.plain(call);
    } catch (InTheWay e) {
      page.reset(mark);
      terms.asWritten(terms.place(term));
      throw e;
    }
  }

  /** {@code f(a, b, c)} of an operator: {@code c = a + b}. */
  private void infix(String sign, Term result, Term left, Term right) throws InTheWay {
    terms.write(result);
    page.write(" = ");
    terms.write(left);
    page.write(sign);
    terms.write(right);
  }

  private void infix(String sign, List<Term> operands) throws InTheWay {
    Term left = operands.getFirst();
    Term right = operands.getLast();
    boolean clean =
        page.more(() -> terms.write(Infix.isTorn(sign, left, false), left, terms.place(left)));
    page.write(" " + sign + " ");
    terms.write(Infix.isTorn(sign, right, true), right, terms.place(right));
    if (!clean) throw new InTheWay();
  }

  private void variables(Literal.SomeVars some, Place place) throws InTheWay {
    page.write("some ");
    var places = source.layout().names(some);
    int row = place.row();
    for (int i = 0; i < some.names().size(); i++) {
      int own = i < places.size() ? source.place(places.get(i)).row() : row;
      if (own > row) {
        page.endLine();
        page.startLine();
        page.write("\t");
        row = own;
      } else if (i > 0) page.write(" ");
      page.comments(own);
      page.startIfNeeded();
      String name = some.names().get(i);
      page.write(name.startsWith("$") ? "_" : name);
      if (i < some.names().size() - 1) page.write(",");
    }
  }

  private boolean every(Literal.Every every, Place place) {
    page.write("every ");
    every.key().ifPresent(key -> page.write((key.startsWith("$") ? "_" : key) + ", "));
    page.write((every.value().startsWith("$") ? "_" : every.value()) + " in ");
    boolean clean =
        page.more(
            () ->
                terms.write(
                    Infix.isIn(every.collection()),
                    every.collection(),
                    terms.place(every.collection())));
    page.write(" {");
    try {
      inner(every.body(), place, source.closing('{', '}', place));
    } catch (InTheWay e) {
      // The conditions stand there.
    }
    if (every.body().size() == 1 && place(every.body().getFirst()).row() == place.row())
      page.write(" ");
    page.write("}");
    return clean;
  }

  private void withs(List<Literal.With> withs, int row) throws InTheWay {
    int last = row;
    boolean indented = false;
    for (int i = 0; i < withs.size(); i++) {
      int own = source.of(withs.get(i)).row();
      boolean apart = own > last;
      if (apart) {
        if (!indented) page.up();
        indented = true;
        page.endLine();
        page.startLine();
      }
      last = Math.max(last, own);
      with(withs.get(i), own, apart);
    }
    if (indented) page.down();
  }

  private void with(Literal.With with, int row, boolean apart) throws InTheWay {
    page.comments(row);
    page.write(apart ? "with " : " with ");
    terms.write(with.target());
    page.write(" as ");
    try {
      terms.write(with.value());
    } catch (InTheWay e) {
      // The value stands there as it was written, and more may follow.
    }
  }
}
