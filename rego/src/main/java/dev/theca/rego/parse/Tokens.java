package dev.theca.rego.parse;

import dev.theca.rego.Location;
import dev.theca.rego.ast.Comment;
import dev.theca.rego.parse.Layout.Span;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The tokens of one file, a place among them, and the words that are keywords from there on. */
final class Tokens {
  /** Nested terms and bodies, so that no text can exhaust the stack. */
  private static final int DEPTH = 200;

  /** Attempts for each token, and those that are free. */
  private static final int WORK = 20;

  private static final int FREE = 1000;

  private static final Set<String> ALWAYS =
      Set.of(
          "as", "default", "else", "false", "import", "package", "not", "null", "some", "true",
          "with");

  /** Keywords of version 1, which older files import. */
  static final Set<String> FUTURE = Set.of("if", "in", "contains", "every");

  final String file;
  final String text;
  private final List<Token> tokens;
  private final Set<String> keywords = new HashSet<>(ALWAYS);
  private final int[] lines;
  private final Layout layout;
  private final SortedMap<Integer, String> comments;
  private int next;
  private int depth;
  private int work;
  private int wildcards;

  /** The token that is a name here, though it is a keyword elsewhere. */
  private int released = -1;

  Tokens(String file, String text, Lexer.Cut cut, Layout layout) {
    this.file = file;
    this.text = text;
    this.tokens = cut.tokens();
    this.lines = lines(text);
    this.layout = layout;
    this.comments = new TreeMap<>();
    cut.comments().forEach(this::comment);
  }

  private static int[] lines(String text) {
    var starts = new java.util.ArrayList<Integer>();
    starts.add(0);
    for (int i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.add(i + 1);
    return starts.stream().mapToInt(i -> i).toArray();
  }

  private Tokens(Tokens outer, List<Token> inner) {
    file = outer.file;
    text = outer.text;
    lines = outer.lines;
    layout = outer.layout;
    comments = outer.comments;
    tokens = inner;
    keywords.addAll(outer.keywords);
    depth = outer.depth;
    wildcards = outer.wildcards;
    work = outer.work;
  }

  /** The same file and keywords, other tokens: of what stands inside a template. */
  Tokens inside(List<Token> inner) {
    return new Tokens(this, inner);
  }

  /** Takes over the count of wildcards, so that none is named twice. */
  void resume(Tokens inner) {
    wildcards = inner.wildcards;
    work = inner.work;
  }

  Location at(Token token) {
    return at(token.offset());
  }

  Location at(int offset) {
    int found = java.util.Arrays.binarySearch(lines, offset);
    int line = found >= 0 ? found : -found - 2;
    return new Location(file, line + 1, offset - lines[line] + 1);
  }

  /** Keeps a comment; one that is read twice is one. */
  void comment(Lexer.Comment one) {
    comments.put(one.offset(), one.text());
  }

  List<Comment> comments() {
    return comments.entrySet().stream()
        .map(one -> new Comment(at(one.getKey()), one.getValue()))
        .toList();
  }

  Layout layout() {
    return layout;
  }

  /** Just behind the last token that was taken. */
  int end() {
    return next == 0 ? 0 : tokens.get(next - 1).end();
  }

  /** Says that this part reaches from there to the last token that was taken. */
  <T> T spanned(T part, int from) {
    layout.add(part, new Span(from, from, end()));
    return part;
  }

  /** The same of a part that begins with another one. */
  <T> T spanned(T part, Object first, int from) {
    layout.add(part, new Span(layout.at(first, from), from, end()));
    return part;
  }

  Token peek() {
    return tokens.get(next);
  }

  Token peekSecond() {
    return tokens.get(Math.min(next + 1, tokens.size() - 1));
  }

  Token take() {
    Token token = tokens.get(next);
    if (next < tokens.size() - 1) next++;
    return token;
  }

  /** A place to return to. */
  record Mark(int next, int depth) {}

  Mark mark() {
    return new Mark(next, depth);
  }

  void reset(Mark mark) {
    next = mark.next;
    depth = mark.depth;
    released = -1;
  }

  /** Whether the next token follows the one before without a gap. */
  boolean adjacent() {
    return next > 0 && tokens.get(next - 1).end() == peek().offset();
  }

  boolean takeIf(String symbol) {
    if (!peek().is(symbol)) return false;
    take();
    return true;
  }

  boolean takeKeyword(String word) {
    if (!atKeyword(word)) return false;
    take();
    return true;
  }

  boolean atKeyword(String word) {
    return keywords.contains(word) && peek().isName(word) && next != released;
  }

  /** Whether a keyword with a step right behind it comes, which is a reference: {@code if.a}. */
  boolean atReference() {
    var step = peekSecond();
    return peek().kind() == Token.Kind.NAME
        && keywords.contains(peek().text())
        && (step.is(".") || step.is("["))
        && step.offset() == peek().end();
  }

  /** Where a rule or condition begins or may begin, a keyword with a step behind it is a name. */
  void release() {
    if (atReference()) released = next;
  }

  boolean isReleased() {
    return next == released;
  }

  void enable(String keyword) {
    keywords.add(keyword);
  }

  /** Whether a word is a keyword of a version, imported or not. */
  static boolean isKeyword(String word, boolean v1) {
    return ALWAYS.contains(word) || v1 && FUTURE.contains(word);
  }

  boolean isKeyword(String word) {
    return keywords.contains(word);
  }

  Token expect(String symbol) throws Malformed {
    if (!peek().is(symbol)) throw unexpected("'" + symbol + "'");
    return take();
  }

  /** A name that is no keyword; {@code contains} is one in heads of rules only. */
  Token name(String what) throws Malformed {
    if (!atName()) throw unexpected(what);
    return take();
  }

  /** Whether such a name comes. */
  boolean atName() {
    String text = peek().text();
    boolean free = !keywords.contains(text) || text.equals("contains") || isReleased();
    return peek().kind() == Token.Kind.NAME && free;
  }

  Malformed unexpected(String expected) {
    return new Malformed(peek().offset(), expected, peek().shown());
  }

  /**
   * One level deeper. Trying again is paid for here, too: what is both nested and ambiguous at
   * every level would take time beyond all bounds.
   */
  void enter() throws Malformed {
    if (++work > WORK * (tokens.size() + FREE))
      throw new Malformed(peek().offset(), "nesting that can be read in a few attempts", "more");
    if (++depth > DEPTH)
      throw new Malformed(peek().offset(), "at most " + DEPTH + " nested parts", "more");
  }

  void leave() {
    depth--;
  }

  String wildcard() {
    return "$" + wildcards++;
  }
}
