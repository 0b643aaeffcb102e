package dev.theca.rego.fmt;

import dev.theca.rego.ast.Term;
import dev.theca.rego.ast.Term.Entry;
import dev.theca.rego.fmt.Source.Place;
import java.util.List;
import java.util.function.Function;

/** Members between brackets: in one line when they were, one line for each of theirs otherwise. */
final class Collections {
  private final Page page;
  private final Source source;
  private final Terms terms;

  Collections(Page page, Source source, Terms terms) {
    this.page = page;
    this.source = source;
    this.terms = terms;
  }

  private interface Each<T> {
    void write(T one) throws InTheWay;
  }

  /** Items of an array or set, or arguments. */
  void list(List<Term> items, Place whole, int close, boolean literal) throws InTheWay {
    all(
        items,
        terms::place,
        whole,
        close,
        item -> {
          boolean wanted = Infix.isUnion(item) && (literal || source.opens(terms.place(item), '('));
          terms.inParentheses(wanted, item);
        });
  }

  /** Members of an object. */
  void object(List<Entry> entries, Place whole) throws InTheWay {
    all(
        entries,
        entry -> terms.place(entry.key()),
        whole,
        source.closing('{', '}', whole),
        entry -> {
          terms.inParentheses(Infix.isUnion(entry.key()), entry.key());
          page.write(": ");
          terms.inParentheses(Infix.isUnion(entry.value()), entry.value());
        });
  }

  private <T> void all(
      List<T> members, Function<T, Place> place, Place whole, int close, Each<T> each)
      throws InTheWay {
    var lines = Lines.of(members, whole, place);
    boolean several = lines.size() > 1;
    if (!several) {
      if (page.hasBetween(whole.row(), close)) throw new InTheWay();
      several =
          !members.isEmpty()
              && source.breaksBefore(whole, place.apply(lines.getFirst().getFirst()));
    }
    if (several) page.startSequence();
    for (int i = 0; i < lines.size(); i++) {
      if (i > 0) {
        page.write(",");
        page.endLine();
        page.startLine();
      }
      line(lines.get(i), each);
    }
    if (!several) return;
    page.write(",");
    page.endLine();
    page.comments(close);
    page.down();
    page.startLine();
  }

  private <T> void line(List<T> members, Each<T> each) throws InTheWay {
    for (int i = 0; i < members.size(); i++) {
      if (i > 0) page.write(", ");
      each.write(members.get(i));
    }
  }
}
