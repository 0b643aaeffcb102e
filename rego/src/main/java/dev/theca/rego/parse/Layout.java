package dev.theca.rego.parse;

import dev.theca.rego.ast.Literal;
import dev.theca.rego.ast.Module;
import dev.theca.rego.ast.Rule;
import dev.theca.rego.ast.Term;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the parts of a policy stand in its text, and how they were written: what the tree leaves
 * out, for tools that show the text anew. Parts are told apart by identity, as equal ones stand at
 * many places.
 */
public final class Layout {
  private final boolean kept;
  private final Map<Object, Span> spans = new IdentityHashMap<>();
  private final Map<Object, List<Span>> names = new IdentityHashMap<>();
  private final Map<Object, Clause> clauses = new IdentityHashMap<>();
  private final List<Module.Import> imports = new ArrayList<>();

  Layout(boolean kept) {
    this.kept = kept;
  }

  /**
   * A part of the text.
   *
   * @param at where the part itself begins
   * @param from of its text: of a term in parentheses, the first of them
   * @param to just behind it
   */
  public record Span(int at, int from, int to) {}

  /** How a rule, or what stands behind {@code else}, was written. */
  public enum Mark {
    /** With {@code :=}, not {@code =}. */
    ASSIGNED,
    /** With {@code contains}, not brackets. */
    CONTAINS,
    /** With {@code if} before the body. */
    IF,
    /** As a further body of the rule before it. */
    CHAINED,
    /** With one condition behind {@code if}, without braces. */
    BARE
  }

  /**
   * The texts of a rule, or of what stands behind {@code else}.
   *
   * @param named just behind its name and arguments
   */
  public record Clause(Span whole, Span head, int named, Set<Mark> marks) {
    public Clause {
      marks = Set.copyOf(marks);
    }

    /** Whether it was written so. */
    public boolean is(Mark mark) {
      return marks.contains(mark);
    }
  }

  /** Empty for what the parser made up. */
  public Optional<Span> of(Term term) {
    return Optional.ofNullable(spans.get(term));
  }

  /** Empty for what the parser made up. */
  public Optional<Span> of(Literal literal) {
    return Optional.ofNullable(spans.get(literal));
  }

  /** Empty for what the parser made up. */
  public Optional<Span> of(Literal.With with) {
    return Optional.ofNullable(spans.get(with));
  }

  /** Empty for what the parser made up. */
  public Optional<Clause> of(Rule rule) {
    return Optional.ofNullable(clauses.get(rule));
  }

  /** Empty for what the parser made up. */
  public Optional<Clause> of(Rule.Else otherwise) {
    return Optional.ofNullable(clauses.get(otherwise));
  }

  /** The variables that {@code some} or {@code every} names, in turn. */
  public List<Span> names(Literal literal) {
    return names.getOrDefault(literal, List.of());
  }

  /** All imports, those of keywords and versions too. */
  public List<Module.Import> imports() {
    return List.copyOf(imports);
  }

  void add(Object part, Span span) {
    if (kept) spans.put(part, span);
  }

  void add(Literal part, List<Span> variables) {
    if (kept) names.put(part, List.copyOf(variables));
  }

  void add(Object part, Clause clause) {
    if (kept) clauses.put(part, clause);
  }

  void add(Module.Import one) {
    if (kept) imports.add(one);
  }

  /** Where a part begins that may have been widened by parentheses. */
  int at(Object part, int otherwise) {
    Span span = spans.get(part);
    return span == null ? otherwise : span.at();
  }
}
