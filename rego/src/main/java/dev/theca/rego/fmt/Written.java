package dev.theca.rego.fmt;

import dev.theca.rego.Location;
import dev.theca.rego.ast.Literal;
import dev.theca.rego.ast.Rule;
import dev.theca.rego.ast.Term;
import dev.theca.rego.ast.Term.Scalar;
import dev.theca.rego.fmt.Source.Place;
import dev.theca.rego.parse.Layout;
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

/**
 * A rule, or what stands behind {@code else}, as its writer sees it.
 *
 * @param named just behind its name and arguments
 * @param reference all of the head's name, its key in brackets too
 * @param key of an element of a set, or one that makes the value be written always
 * @param value empty for elements of sets
 * @param implied whether the value is true because none was written
 * @param quiet whether such a value stays unwritten even where there is no body
 * @param body empty means always
 */
record Written(
    Place whole,
    Place head,
    int named,
    Kind kind,
    List<Term> reference,
    Optional<List<Term>> arguments,
    Optional<Term> key,
    Optional<Term> value,
    boolean implied,
    boolean quiet,
    Set<Mark> marks,
    List<Literal> body,
    List<Rule.Else> otherwise) {

  /** What stands before the head. */
  enum Kind {
    /** Nothing. */
    RULE,
    /** The keyword. */
    DEFAULT,
    /** The keyword stands in the name's place. */
    ELSE
  }

  private static final Clause NOWHERE =
      new Clause(new Span(0, 0, 0), new Span(0, 0, 0), 0, Set.of());

  static Written of(Rule rule, Source source) {
    var clause = source.layout().of(rule).orElse(NOWHERE);
    boolean isSet =
        rule.kind() == Rule.Kind.SET && (clause.is(Mark.CONTAINS) || rule.path().size() == 1);
    var reference = new ArrayList<>(rule.path());
    if (!isSet) rule.key().ifPresent(reference::add);
    boolean two = reference.size() == 2 && rule.arguments().isEmpty() && !isSet;
    boolean hasIf = clause.is(Mark.IF);
    boolean keyed = two && !rule.body().isEmpty() && (!hasIf || !isFixed(reference.getLast()));
    boolean implied =
        !isSet && rule.value().map(value -> source.layout().of(value).isEmpty()).orElse(true);
    return new Written(
        source.place(clause.whole()),
        source.place(clause.head()),
        clause.named(),
        rule.kind() == Rule.Kind.DEFAULT ? Kind.DEFAULT : Kind.RULE,
        List.copyOf(reference),
        rule.arguments().filter(arguments -> !arguments.isEmpty()),
        isSet ? rule.key() : keyed ? Optional.of(reference.getLast()) : Optional.empty(),
        isSet ? Optional.empty() : Optional.of(valueOf(rule)),
        implied,
        two && hasIf || rule.body().isEmpty(),
        clause.marks(),
        rule.body(),
        rule.otherwise());
  }

  private static Term valueOf(Rule rule) {
    return rule.value().orElseGet(() -> new Scalar(rule.at(), new JsonBool(true)));
  }

  /** What stands behind the first of these. */
  static Written of(List<Rule.Else> all, Layout layout, Source source) {
    var one = all.getFirst();
    var clause = layout.of(one).orElse(NOWHERE);
    boolean empty = one.body().isEmpty() && all.size() > 1;
    var marks = EnumSet.noneOf(Mark.class);
    marks.addAll(clause.marks());
    if (empty) marks.add(Mark.BARE);
    return new Written(
        source.place(clause.whole()),
        source.place(clause.head()),
        clause.named(),
        Kind.ELSE,
        List.of(new Term.Var(one.at(), "else")),
        Optional.empty(),
        Optional.empty(),
        Optional.of(one.value().orElseGet(() -> new Scalar(one.at(), new JsonBool(true)))),
        one.value().isEmpty(),
        false,
        marks,
        empty ? List.of(always(one.at())) : one.body(),
        all.subList(1, all.size()));
  }

  /** A body that is not there, but must be written as another {@code else} follows. */
  private static Literal always(Location at) {
    return new Literal.Condition(at, false, new Scalar(at, new JsonBool(true)), List.of());
  }

  /** Whether the rule says no more than its value. */
  boolean isConstant() {
    if (!otherwise.isEmpty()) return false;
    return body.isEmpty()
        || body.size() == 1
            && body.getFirst() instanceof Literal.Condition(var _, boolean not, Term term, var with)
            && !not
            && with.isEmpty()
            && isTrue(term);
  }

  static boolean isTrue(Term term) {
    return term instanceof Scalar(var _, JsonBool(boolean value)) && value;
  }

  /** Whether no variable is in it, so that it is one key. */
  private static boolean isFixed(Term term) {
    return switch (term) {
      case Scalar(var _, JsonString _) -> true;
      case Scalar _ -> true;
      case Term.ArrayOf(var _, var items) -> items.stream().allMatch(Written::isFixed);
      case Term.SetOf(var _, var items) -> items.stream().allMatch(Written::isFixed);
      case Term.ObjectOf(var _, var entries) ->
          entries.stream().allMatch(e -> isFixed(e.key()) && isFixed(e.value()));
      case Term.Var _, Term.Ref _, Term.Call _, Term.Comprehension _, Term.Template _ -> false;
    };
  }

  boolean is(Mark mark) {
    return marks.contains(mark);
  }

  /** Whether several of them may stand without an empty line between. */
  boolean isShort(Style style) {
    return body.size() <= 1 && kind != Kind.DEFAULT && takesIf(style);
  }

  /** Not for elements of sets in brackets. */
  boolean takesIf(Style style) {
    return style.ifs() && (value.isPresent() || takesContains(style));
  }

  /** A rule that is named as a keyword is known for one by the bracket right behind its name. */
  boolean takesContains(Style style) {
    boolean alone = reference.size() == 1;
    return style.contains()
        && !(alone
            && reference.getFirst() instanceof Term.Var(var _, String name)
            && style.isTaken(name));
  }

  /** Whether heads of this form make all heads be written with dots. */
  boolean isLong() {
    return reference.size() > 2 || reference.size() == 2 && value.isEmpty();
  }
}
