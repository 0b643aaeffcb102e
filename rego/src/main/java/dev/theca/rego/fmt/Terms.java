package dev.theca.rego.fmt;

import dev.theca.rego.ast.Term;
import dev.theca.rego.ast.Term.Call;
import dev.theca.rego.ast.Term.Scalar;
import dev.theca.rego.ast.Term.Var;
import dev.theca.rego.fmt.Source.Place;
import dev.theca.wire.json.JsonString;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes terms. */
final class Terms {
  private final Page page;
  private final Source source;
  private final Style style;
  private final Bodies bodies;
  private final Collections collections;

  /** Where all terms count as standing, while the head of another body of a rule is written. */
  private @Nullable Place all;

  Terms(Page page, Source source, Style style) {
    this.page = page;
    this.source = source;
    this.style = style;
    this.bodies = new Bodies(page, source, this);
    this.collections = new Collections(page, source, this);
  }

  Bodies bodies() {
    return bodies;
  }

  /** From here on every term counts as standing there; null is its own place again. */
  void pretend(@Nullable Place place) {
    all = place;
  }

  Place place(Term term) {
    return all == null ? source.of(term) : all;
  }

  /** A term; when a comment is in the way, as it was written, and the caller learns of it. */
  void write(Term term) throws InTheWay {
    write(term, place(term));
  }

  void write(Term term, Place place) throws InTheWay {
    var mark = page.mark();
    try {
      write(false, term, place);
    } catch (InTheWay e) {
      page.reset(mark);
      asWritten(place);
      throw e;
    }
  }

  void asWritten(Place place) {
    page.asWritten(source.text(place), place.row(), source.lastRow(place));
  }

  /** An operand: operators in it are put in parentheses. */
  void operand(Term term) throws InTheWay {
    write(true, term, place(term));
  }

  void write(boolean parentheses, Term term, Place place) throws InTheWay {
    page.comments(place.row());
    page.startIfNeeded();
    switch (term) {
      case Scalar scalar -> page.write(scalar(scalar));
      case Var(var _, String name) -> page.write(name.startsWith("$") ? "_" : name);
      case Term.Ref(var _, Term head, List<Term> steps) -> reference(head, steps);
      case Term.ArrayOf(var _, var items) -> {
        page.write("[");
        collections.list(items, place, source.closing('[', ']', place), true);
        page.write("]");
      }
      case Term.SetOf(var _, var items) -> set(items, place);
      case Term.ObjectOf(var _, var entries) -> {
        page.write("{");
        var distinct = new LinkedHashMap<String, Term.Entry>();
        for (var entry : entries) distinct.put(OneLine.of(entry.key()), entry);
        collections.object(List.copyOf(distinct.values()), place);
        page.write("}");
      }
      case Term.Comprehension c -> comprehension(c, place);
      case Call call -> call(parentheses, call);
      case Term.Template template -> template(template);
    }
    page.startIfNeeded();
  }

  /** Strings stay as they were written, where that can be seen. */
  private String scalar(Scalar scalar) {
    if (all == null && scalar.value() instanceof JsonString) {
      String text = source.text(source.of(scalar));
      if (text.startsWith("`") || text.startsWith("\"")) return text;
    }
    return OneLine.of(scalar.value());
  }

  private void set(List<Term> items, Place place) throws InTheWay {
    if (items.isEmpty()) {
      page.write("set()");
      page.comments(source.closing('(', ')', place));
      return;
    }
    page.write("{");
    var seen = new HashSet<String>();
    var distinct = items.stream().filter(i -> i instanceof Var || seen.add(OneLine.of(i))).toList();
    collections.list(distinct, place, source.closing('{', '}', place), true);
    page.write("}");
  }

  void reference(Term head, List<Term> steps) throws InTheWay {
    Place place = place(head);
    write(head instanceof Call && source.opens(place, '('), head, place);
    for (Term step : steps) {
      switch (step) {
        case Scalar(var _, JsonString(String name)) -> {
          if (style.needsBrackets(name, source.opens(source.of(step), '"')))
            page.write("[" + OneLine.of(step) + "]");
          else page.write("." + name);
        }
        case Var _ -> page.write("[" + OneLine.of(step) + "]");
        default -> {
          page.write("[");
          try {
            write(step);
          } catch (InTheWay e) {
            page.write("\n"); // or the bracket would be part of a comment
          }
          page.write("]");
        }
      }
    }
  }

  private void comprehension(Term.Comprehension c, Place place) throws InTheWay {
    boolean array = c.kind() == Term.Kind.ARRAY;
    page.write(array ? "[" : "{");
    Place from = place;
    if (c.key().isPresent()) {
      inParentheses(Infix.isUnion(c.key().get()), c.key().get());
      page.write(": ");
      Place key = place(c.key().get());
      Place value = place(c.value());
      write(
          needsParentheses(c.value()),
          c.value(),
          new Place(key.row(), value.column(), value.at(), value.from(), value.to()));
    } else {
      from = place(c.value());
      if (from.row() > place.row()) {
        page.endLine();
        page.startLine();
      }
      write(needsParentheses(c.value()), c.value(), from);
    }
    page.write(" |");
    bodies.inner(c.body(), from, source.closing(array ? '[' : '{', array ? ']' : '}', place));
    page.write(array ? "]" : "}");
  }

  /** An operator before the bar of a comprehension would take the bar for one of its kind. */
  private static boolean needsParentheses(Term term) {
    return term instanceof Call call && operator(call).isPresent();
  }

  /** Within a term, {@code assign(x, y)} stays a call: its sign stands in statements only. */
  private static Optional<String> operator(Call call) {
    return Infix.of(call).filter(sign -> !sign.equals(":=") && !sign.equals("="));
  }

  void inParentheses(boolean wanted, Term term) throws InTheWay {
    if (wanted) page.write("(");
    write(term);
    if (wanted) page.write(")");
  }

  private void call(boolean parentheses, Call call) throws InTheWay {
    var operator = operator(call);
    var operands = call.arguments();
    int size = operands.size();
    if (operator.isEmpty() || size != 2 && !(size == 3 && operator.get().equals("in"))) {
      plain(call);
      return;
    }
    boolean wanted = parentheses || operands.size() == 3 && operator.get().equals("in");
    if (wanted) page.write("(");
    infix(operator.get(), operands);
    if (wanted) page.write(")");
  }

  /** Operands that are operators themselves go into parentheses, but at the head of a chain. */
  void infix(String operator, List<Term> operands) throws InTheWay {
    Term first = operands.getFirst();
    boolean chain = operator.equals("in") && operands.size() == 2 && Infix.isIn(first);
    write(!chain, first, place(first));
    if (operands.size() == 3) {
      page.write(", ");
      operand(operands.get(1));
    }
    page.write(" " + operator + " ");
    operand(operands.getLast());
  }

  /** {@code f(a, b)}. */
  void plain(Call call) throws InTheWay {
    Place name =
        switch (call.function()) {
          case Term.Ref(var _, Term head, List<Term> steps) -> {
            reference(head, steps);
            yield place(call.function());
          }
          default -> {
            write(false, call.function(), place(call.function()));
            yield place(call.function());
          }
        };
    page.write("(");
    collections.list(call.arguments(), name, -1, false);
    page.write(")");
  }

  /** The arguments of a function's head. */
  void arguments(List<Term> arguments, Place head) throws InTheWay {
    page.write("(");
    collections.list(arguments, head, source.closing('(', ')', head), false);
    page.write(")");
  }

  private void template(Term.Template template) throws InTheWay {
    Place whole = source.of(template);
    boolean raw = source.text(whole).startsWith("$`");
    page.write(raw ? "$`" : "$\"");
    for (int i = 0; i < template.parts().size(); i++) {
      Term part = template.parts().get(i);
      if (part instanceof Scalar(var _, var value)) {
        String text = value instanceof JsonString(String s) && raw ? s : OneLine.of(value);
        boolean quoted = value instanceof JsonString && !raw;
        page.write((quoted ? text.substring(1, text.length() - 1) : text).replace("{", "\\{"));
        continue;
      }
      page.write("{");
      page.up();
      page.commentsInBraces(place(part).row());
      bodies.expression(part);
      if (i + 1 < template.parts().size()
          && source.layout().of(template.parts().get(i + 1)).isPresent())
        page.commentsBefore(place(template.parts().get(i + 1)).row());
      page.write("}");
      page.down();
    }
    page.write(raw ? "`" : "\"");
  }
}
