package dev.theca.rego.fmt;

import dev.theca.rego.ast.Literal;
import dev.theca.rego.ast.Rule;
import dev.theca.rego.ast.Term;
import dev.theca.rego.fmt.Source.Place;
import dev.theca.rego.parse.Layout.Mark;
import java.util.List;

/** Writes rules. */
final class Rules {
  private final Page page;
  private final Source source;
  private final Style style;
  private final Terms terms;
  private final Heads heads;

  Rules(Page page, Source source, Style style) {
    this.page = page;
    this.source = source;
    this.style = style;
    this.terms = new Terms(page, source, style);
    this.heads = new Heads(page, style, terms);
  }

  Terms terms() {
    return terms;
  }

  /** All rules; short ones that stood in adjacent rows stay together. */
  void write(List<Written> rules) {
    for (int i = 0; i < rules.size(); i++) {
      var rule = rules.get(i);
      page.commentsAbove(rule.whole().row());
      write(rule);
      for (var last = rule; !last.otherwise().isEmpty(); ) last = otherwise(last);
      boolean together =
          i + 1 < rules.size()
              && rule.isShort(style)
              && rules.get(i + 1).isShort(style)
              && rules.get(i + 1).whole().row() == rule.whole().row() + 1;
      if (!together) page.blankLine();
    }
  }

  private void write(Written rule) {
    if (rule.kind() != Written.Kind.ELSE) page.startLine();
    if (rule.kind() == Written.Kind.DEFAULT) page.write("default ");
    boolean constant = rule.isConstant();
    page.keepsLast = constant;
    boolean inTheWay = false;
    if (rule.is(Mark.CHAINED)) terms.pretend(rule.head());
    try {
      heads.write(rule, constant);
    } catch (InTheWay e) {
      inTheWay = true;
    }
    terms.pretend(null);
    if (constant) {
      page.endLine();
      return;
    }
    page.keepsLast = true;
    if (rule.takesIf(style)) {
      page.write(" if");
      if (isOneLine(rule)) {
        oneLine(rule);
        return;
      }
    }
    page.write(" {");
    if (inTheWay && page.hasMore()) page.write(" ");
    else page.endLine();
    page.up();
    try {
      terms.bodies().lines(rule.body());
    } catch (InTheWay e) {
      // The conditions stand there.
    }
    close(rule);
  }

  private void close(Written rule) {
    page.commentsAbove(closing(rule));
    page.down();
    page.startLine();
    page.write("}");
  }

  private int closing(Written rule) {
    if (rule.arguments().isPresent()) return source.closing('(', ')', '{', '}', rule.whole());
    if (rule.key().isPresent()) return source.closing('[', ']', '{', '}', rule.whole());
    return source.closing('{', '}', rule.whole());
  }

  /** One condition in the row where the head ends; a set in its place would become a body. */
  private boolean isOneLine(Written rule) {
    if (rule.body().size() != 1) return false;
    Literal only = rule.body().getFirst();
    int row = rule.is(Mark.BARE) ? rule.whole().row() : terms.bodies().place(only).row();
    boolean set =
        only instanceof Literal.Condition(var _, boolean negated, Term.SetOf _, var _) && !negated;
    return row == source.lastRow(rule.head()) && !set;
  }

  private void oneLine(Written rule) {
    page.write(" ");
    try {
      terms.bodies().literal(rule.body().getFirst());
    } catch (InTheWay e) {
      // It stands there as it was written.
    }
    page.endLine();
  }

  private Written otherwise(Written rule) {
    List<Rule.Else> all = rule.otherwise();
    var next = Written.of(all, source.layout(), source);
    Place place = next.head();
    boolean behindBrace =
        place.row() > rule.whole().row() && !source.line(place.row()).startsWith("else");
    boolean commented = page.hasAbove(place.row());
    if (behindBrace && !commented && page.isInline()) page.write(" ");
    else {
      page.blankLine();
      page.startLine();
    }
    page.commentsAbove(place.row());
    if (commented && !behindBrace) page.startLine();
    write(next);
    return next;
  }
}
