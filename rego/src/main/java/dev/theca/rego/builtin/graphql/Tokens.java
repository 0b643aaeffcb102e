package dev.theca.rego.builtin.graphql;

import dev.theca.rego.builtin.graphql.Token.Kind;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tokens of a document one by one, and the comments before them. */
final class Tokens {
  /** Levels of selections, values and types; every one costs a few frames of the stack. */
  static final int MAX_DEPTH = 500;

  private final Calling context;
  private final Lexer lexer;
  private @Nullable Token peeked;
  private Token before = new Token(Kind.END, "", new Place(1, 1), "");
  private @Nullable Node comments;
  private int depth;

  Tokens(Calling context, String text) {
    // the characters again as code points, the tree, and its values
    context.spend(8L * text.length() + 16);
    this.context = context;
    this.lexer = new Lexer(text);
  }

  /** One thing of a list. */
  interface Item {
    Node read() throws Invalid, BuiltinFault;
  }

  Token peek() throws Invalid {
    if (peeked != null) return peeked;
    Token token = lexer.next();
    var group = new ArrayList<Node>();
    while (token.is(Kind.COMMENT)) {
      before = token;
      group.add(new Node(Shape.COMMENT, token.at()).with("Value", token.value()));
      token = lexer.next();
    }
    if (!group.isEmpty()) comments = new Node(Shape.COMMENTS, before.at()).with("List", group);
    peeked = token;
    return token;
  }

  Token next() throws Invalid {
    Token token = peek();
    peeked = null;
    comments = null;
    before = token;
    if (token.is(Kind.INVALID)) throw Invalid.at(token.at(), token.fault());
    return token;
  }

  /** The token that was read last, a comment perhaps. */
  Token before() {
    return before;
  }

  /** The comments before the next token. */
  @Nullable Node comments() throws Invalid {
    peek();
    return comments;
  }

  Place place() throws Invalid {
    return peek().at();
  }

  boolean at(Kind kind) throws Invalid {
    return peek().is(kind);
  }

  /** Whether the next token has this text, a string too. */
  boolean at(String value) throws Invalid {
    return peek().value().equals(value);
  }

  Token expect(Kind kind) throws Invalid {
    Token token = peek();
    if (!token.is(kind))
      throw Invalid.at(token.at(), "Expected " + kind + ", found " + token.kind());
    return next();
  }

  void keyword(String word) throws Invalid {
    Token token = peek();
    if (!token.is(Kind.NAME) || !token.value().equals(word))
      throw Invalid.at(token.at(), "Expected " + Value.of(word) + ", found " + token);
    next();
  }

  String name() throws Invalid {
    return expect(Kind.NAME).value();
  }

  boolean skip(Kind kind) throws Invalid {
    if (!at(kind)) return false;
    next();
    return true;
  }

  Invalid unexpected() throws Invalid {
    return unexpected(peek());
  }

  Invalid unexpected(Token token) {
    return Invalid.at(token.at(), "Unexpected " + token);
  }

  /** Between two marks, if the first is there: any number. */
  List<Node> many(Kind from, Kind to, Item item) throws Invalid, BuiltinFault {
    var all = new ArrayList<Node>();
    if (!skip(from)) return all;
    enter();
    while (!at(to)) all.add(item.read());
    leave();
    next();
    return all;
  }

  /** What stood between two marks, and the comments before the second. */
  record Listed(List<Node> items, @Nullable Node end) {}

  /** Between two marks, if the first is there: at least one. */
  Listed some(Kind from, Kind to, Item item) throws Invalid, BuiltinFault {
    if (!at(from)) return new Listed(List.of(), null);
    next();
    if (at(to))
      throw Invalid.at(place(), "expected at least one definition, found " + peek().kind());
    var all = new ArrayList<Node>();
    enter();
    while (!at(to)) all.add(item.read());
    leave();
    Node end = comments();
    next();
    return new Listed(all, end);
  }

  void enter() throws BuiltinFault {
    context.spend(1);
    if (++depth > MAX_DEPTH) throw new BuiltinFault("nested deeper than " + MAX_DEPTH + " levels");
  }

  void leave() {
    depth--;
  }
}
