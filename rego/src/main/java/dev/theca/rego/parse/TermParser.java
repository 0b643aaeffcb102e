package dev.theca.rego.parse;

import dev.theca.rego.Location;
import dev.theca.rego.ast.Term;
import dev.theca.rego.ast.Term.Call;
import dev.theca.rego.ast.Term.Var;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/** Terms and operators, by recursive descent; binding grows from {@code in} to {@code *}. */
final class TermParser {
  private static final List<List<String>> LEVELS =
      List.of(
          List.of("==", "!=", "<", "<=", ">", ">="),
          List.of("|"),
          List.of("&"),
          List.of("+", "-"),
          List.of("*", "/", "%"));

  /** Each makes the tree deeper by one. */
  private static final int IN_A_ROW = 500;

  private final Tokens in;
  private final BracketParser brackets;

  TermParser(Tokens in, BodyParser bodies) {
    this.in = in;
    this.brackets = new BracketParser(in, bodies, this);
  }

  /** A term with operators, {@code in} among them. */
  Term term() throws Malformed {
    int from = in.peek().offset();
    return members(relation(), from);
  }

  private Term members(Term first, int from) throws Malformed {
    Term left = first;
    for (int count = 0; isMembers(); count++) {
      if (count == IN_A_ROW) throw in.unexpected("at most " + IN_A_ROW + " operators in a row");
      Location at = in.at(in.take());
      left = operator(at, "in", left, relation(), from);
    }
    return left;
  }

  /** Whether {@code in} follows; behind a term, {@code in[0]} begins another condition. */
  private boolean isMembers() {
    in.release();
    return in.atKeyword("in");
  }

  /** A term with operators that bind tighter than {@code in}. */
  Term relation() throws Malformed {
    return level(0);
  }

  private Term level(int level) throws Malformed {
    int from = in.peek().offset();
    return level == LEVELS.size() ? simple() : more(level, level(level + 1), from);
  }

  /** The operators of this level behind a first operand. */
  private Term more(int level, Term first, int from) throws Malformed {
    Term left = first;
    for (int count = 0; isOperator(level); count++) {
      if (count == IN_A_ROW) throw in.unexpected("at most " + IN_A_ROW + " operators in a row");
      var token = in.take();
      left = operator(in.at(token), token.text(), left, level(level + 1), from);
    }
    return left;
  }

  /** The whole term whose beginning the head of a comprehension turned out to be. */
  Term whole(Term head, int from) throws Malformed {
    Term done = head;
    for (int level = LEVELS.size() - 1; level >= 0; level--) done = more(level, done, from);
    return members(done, from);
  }

  private boolean isOperator(int level) {
    return in.peek().kind() == Token.Kind.SYMBOL && LEVELS.get(level).contains(in.peek().text());
  }

  Term operator(Location at, String symbol, Term left, Term right, int from) {
    return in.spanned(new Call(at, new Var(at, symbol), List.of(left, right)), left, from);
  }

  /** A term without operators, with the steps and calls that follow it. */
  Term simple() throws Malformed {
    in.enter();
    try {
      var token = in.peek();
      Term head = primary();
      return steps(
          token.is("(") ? in.spanned(head, head, token.offset()) : in.spanned(head, token.offset()),
          token.offset());
    } finally {
      in.leave();
    }
  }

  private Term primary() throws Malformed {
    var token = in.peek();
    Location at = in.at(token);
    return switch (token.kind()) {
      case STRING -> scalar(at, new JsonString(in.take().text()));
      case NUMBER -> scalar(at, new JsonNumber(in.take().text()));
      case TEMPLATE -> template(at, in.take());
      case NAME -> name(at);
      case SYMBOL ->
          switch (token.text()) {
            case "[" -> brackets.array(at);
            case "{" -> brackets.braces(at);
            case "(" -> parenthesis();
            case "-" -> negative(at);
            default -> throw in.unexpected("a term");
          };
      case END -> throw in.unexpected("a term");
    };
  }

  private static Term scalar(Location at, JsonValue value) {
    return new Term.Scalar(at, value);
  }

  private Term negative(Location at) throws Malformed {
    int from = in.take().offset();
    if (in.peek().kind() == Token.Kind.NUMBER)
      return scalar(at, new JsonNumber("-" + in.take().text()));
    if (!in.atName()) throw in.unexpected("a number or a name behind the sign");
    return operator(at, "-", scalar(at, new JsonNumber("0")), simple(), from);
  }

  private Term parenthesis() throws Malformed {
    in.take();
    Term inner = pairOrTerm();
    in.expect(")");
    return inner;
  }

  /**
   * A term, or {@code key, value in collection}, which may be asked for in a collection again. The
   * key is no such question itself.
   */
  Term pairOrTerm() throws Malformed {
    int from = in.peek().offset();
    Term first = relation();
    if (in.isKeyword("in") && in.peek().is(",")) {
      var mark = in.mark();
      in.take();
      Term second = relation();
      if (in.atKeyword("in")) {
        Location at = in.at(in.take());
        var operands = List.of(first, second, relation());
        first = in.spanned(new Call(at, new Var(at, "in"), operands), first, from);
      } else {
        in.reset(mark);
      }
    }
    return members(first, from);
  }

  private Term name(Location at) throws Malformed {
    String word = in.isReleased() ? "" : in.peek().text();
    switch (word) {
      case "true", "false" -> {
        in.take();
        return scalar(at, new JsonBool(word.equals("true")));
      }
      case "null" -> {
        in.take();
        return scalar(at, new JsonNull());
      }
      case "set" -> {
        if (in.peekSecond().is("(")) {
          var mark = in.mark();
          in.take();
          in.take();
          if (in.takeIf(")")) return new Term.SetOf(at, List.of());
          in.reset(mark);
        }
      }
      default -> {}
    }
    var token = in.name("a term");
    return new Var(at, token.text().equals("_") ? in.wildcard() : token.text());
  }

  /** {@code .name}, {@code [term]} and {@code (arguments)}, each without a gap before it. */
  private Term steps(Term head, int from) throws Malformed {
    Term done = head;
    var steps = new ArrayList<Term>();
    boolean callable = head instanceof Var;
    if (isStep()
        && (head instanceof Term.Scalar
            || head instanceof Term.Template
            || head instanceof Term.Ref))
      throw in.unexpected("no step behind a constant or a reference in parentheses");
    while (in.adjacent()) {
      if (in.peek().is(".")) {
        in.take();
        var field = in.peek();
        if (field.kind() != Token.Kind.NAME || !in.adjacent()) throw in.unexpected("a field name");
        in.take();
        steps.add(in.spanned(scalar(in.at(field), new JsonString(field.text())), field.offset()));
      } else if (in.peek().is("[")) {
        in.take();
        steps.add(term());
        in.expect("]");
      } else if (in.peek().is("(") && callable) {
        // The tree knows the operator by this name.
        if (steps.isEmpty() && done instanceof Var(var at, String name) && name.equals("in"))
          throw in.unexpected("no function named 'in'");
        Term function = ref(done, steps, from);
        steps.clear();
        done = in.spanned(new Call(head.at(), function, list("(", ")")), head, from);
        callable = false;
      } else break;
    }
    return ref(done, steps, from);
  }

  private boolean isStep() {
    var next = in.peek();
    return in.adjacent() && (next.is(".") || next.is("[") || next.is("("));
  }

  private Term ref(Term head, List<Term> steps, int from) {
    return steps.isEmpty() ? head : in.spanned(new Term.Ref(head.at(), head, steps), head, from);
  }

  /** Terms between brackets; a comma may stand behind the last one. */
  List<Term> list(String open, String close) throws Malformed {
    in.expect(open);
    var items = new ArrayList<Term>();
    while (!in.takeIf(close)) {
      items.add(term());
      if (!in.takeIf(",")) {
        in.expect(close);
        break;
      }
    }
    return items;
  }

  private Term template(Location at, Token token) throws Malformed {
    var parts = new ArrayList<Term>();
    for (var piece : Templates.pieces(token, in)) {
      if (piece.tokens().isEmpty()) parts.add(scalar(at, new JsonString(piece.text())));
      else parts.add(inner(piece.tokens()));
    }
    return new Term.Template(at, parts);
  }

  private Term inner(List<Token> tokens) throws Malformed {
    var within = in.inside(tokens);
    var term = new BodyParser(within).terms().term();
    if (within.peek().kind() != Token.Kind.END) throw within.unexpected("'}'");
    in.resume(within);
    return term;
  }
}
