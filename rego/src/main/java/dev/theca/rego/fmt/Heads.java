package dev.theca.rego.fmt;

import dev.theca.rego.ast.Term;
import dev.theca.rego.fmt.Source.Place;
import dev.theca.rego.parse.Layout.Mark;

/** Writes what stands before a rule's body. */
final class Heads {
  private final Page page;
  private final Style style;
  private final Terms terms;

  Heads(Page page, Style style, Terms terms) {
    this.page = page;
    this.style = style;
    this.terms = terms;
  }

  void write(Written rule, boolean constant) throws InTheWay {
    if (!name(rule)) return;
    boolean clean = arguments(rule);
    key(rule);
    value(rule, constant);
    if (!clean) throw new InTheWay();
  }

  /** Whether they have their form; when a comment is in the way, they stay as they were written. */
  private boolean arguments(Written rule) {
    if (rule.arguments().isEmpty()) return true;
    var mark = page.mark();
    return page.more(
        () -> {
          try {
            terms.arguments(rule.arguments().get(), rule.head());
          } catch (InTheWay e) {
            page.reset(mark);
            Place name = terms.place(rule.reference().getLast());
            terms.asWritten(
                new Place(name.row(), name.column(), name.at(), name.to(), rule.named()));
            throw e;
          }
        });
  }

  /**
   * Whether more of the head is to be written: not when a comment in its key keeps it as it was.
   */
  private boolean name(Written rule) throws InTheWay {
    var reference = rule.reference();
    if (style.longHeads() || reference.size() == 1) {
      terms.reference(reference.getFirst(), reference.subList(1, reference.size()));
      return true;
    }
    if (page.hasNextIn(terms.place(reference.get(1)).row())) {
      terms.asWritten(rule.head());
      return false;
    }
    page.write(OneLine.of(reference.getFirst()) + "[" + OneLine.of(reference.get(1)) + "]");
    return true;
  }

  private void key(Written rule) throws InTheWay {
    if (rule.value().isPresent() || rule.key().isEmpty()) return;
    boolean contains = rule.takesContains(style);
    page.write(contains ? " contains " : "[");
    terms.write(rule.key().get());
    if (!contains) page.write("]");
  }

  private void value(Written rule, boolean constant) throws InTheWay {
    if (rule.value().isEmpty()) return;
    Term value = rule.value().get();
    boolean always = constant || rule.kind() == Written.Kind.DEFAULT || rule.key().isPresent();
    if (Written.isTrue(value) && !always) return;
    boolean single = style.v1() || rule.is(Mark.IF);
    boolean full = single && constant && rule.arguments().isEmpty();
    if (rule.implied() && rule.quiet() && !full) return;
    page.write(style.v1() || rule.is(Mark.ASSIGNED) ? " := " : " = ");
    if (rule.kind() == Written.Kind.ELSE && !rule.implied()) {
      Place own = terms.place(value);
      Place head = rule.head();
      terms.write(value, new Place(head.row(), own.column(), own.at(), own.from(), own.to()));
    } else if (rule.implied()) page.write("true");
    else terms.write(value);
  }
}
