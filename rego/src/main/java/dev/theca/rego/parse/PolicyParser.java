package dev.theca.rego.parse;

import dev.theca.rego.Location;
import dev.theca.rego.RegoCode;
import dev.theca.rego.ast.Literal;
import dev.theca.rego.ast.Module;
import dev.theca.rego.ast.Module.Import;
import dev.theca.rego.ast.Rule;
import dev.theca.wire.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads policies (Open Policy Agent, "Policy Language" and "Policy Reference", grammar of version
 * 1, and the older syntax). Never throws for bad input; a refusal names file, line and column.
 */
public final class PolicyParser {
  /** Largest policy, in characters. */
  public static final int MAX = 1 << 20;

  private PolicyParser() {}

  /** Which syntax a file without {@code import rego.v1} has. */
  public enum Syntax {
    /** The older one: keywords by import, bodies without {@code if}. */
    V0,
    /** Version 1. */
    V1
  }

  /** Reads a file. */
  public static Outcome<Module> module(String file, String text, Syntax syntax) {
    return read(file, text, new Layout(false), tokens -> module(tokens, syntax));
  }

  /** A file's tree, and where its parts stand. */
  public record LaidOut(Module module, Layout layout) {}

  /** Reads a file, and remembers where everything stands in it. */
  public static Outcome<LaidOut> laidOut(String file, String text, Syntax syntax) {
    var layout = new Layout(true);
    return read(file, text, layout, in -> new LaidOut(module(in, syntax), layout));
  }

  /** Reads a query: conditions separated by semicolons or new lines. */
  public static Outcome<List<Literal>> query(String file, String text) {
    return read(
        file,
        text,
        new Layout(false),
        tokens -> {
          Tokens.FUTURE.forEach(tokens::enable);
          return new BodyParser(tokens).until("");
        });
  }

  private interface Reading<T> {
    T read(Tokens tokens) throws Malformed;
  }

  private static <T> Outcome<T> read(String file, String text, Layout layout, Reading<T> reading) {
    if (text.length() > MAX)
      return Outcome.refused(
          RegoCode.REGO_LIMIT,
          file,
          "at most " + MAX + " characters",
          text.length() + "",
          "cut it");
    try {
      return Outcome.granted(reading.read(new Tokens(file, text, Lexer.cut(text), layout)));
    } catch (Malformed e) {
      Location at = place(file, text, Math.min(e.offset, text.length()));
      return Outcome.refused(
          RegoCode.REGO_PARSE,
          at + "",
          e.expected,
          e.found,
          "correct: " + Lines.line(text, at.line()));
    }
  }

  private static Location place(String file, String text, int offset) {
    var nothing = new Lexer.Cut(List.of(), List.of());
    return new Tokens(file, text, nothing, new Layout(false)).at(offset);
  }

  private static Module module(Tokens in, Syntax syntax) throws Malformed {
    Location at = in.at(in.peek());
    if (!in.takeKeyword("package")) throw in.unexpected("'package'");
    var name = path(in);
    boolean v1 = syntax == Syntax.V1;
    if (v1) Tokens.FUTURE.forEach(in::enable);
    var imports = new ArrayList<Import>();
    var rules = new ArrayList<Rule>();
    while (in.peek().kind() != Token.Kind.END) {
      if (in.atKeyword("import") && !in.atReference()) v1 |= imported(in, imports, v1);
      else rules.addAll(new RuleParser(in, v1).rules());
    }
    return new Module(at, name, v1, imports, rules, in.comments(), in.text);
  }

  /** One import; whether it is that of version 1. */
  private static boolean imported(Tokens in, List<Import> imports, boolean v1) throws Malformed {
    int from = in.peek().offset();
    var one = imported(in, v1);
    in.layout().add(one);
    boolean names = one.path().getFirst().equals("data") || one.path().getFirst().equals("input");
    if (names) imports.add(one);
    else if (one.alias().isPresent()) throw new Malformed(from, "an import without 'as'", "'as'");
    else if (one.path().getFirst().equals("future")) future(in, one);
    else if (!one.path().equals(List.of("rego", "v1")))
      throw new Malformed(from, "import rego.v1", "another name in 'rego'");
    else {
      Tokens.FUTURE.forEach(in::enable);
      return true;
    }
    return false;
  }

  /** {@code a.b["c"]}: names and fixed strings. */
  private static List<String> path(Tokens in) throws Malformed {
    var parts = new ArrayList<String>();
    parts.add(in.name("a name").text());
    while (in.adjacent()) {
      if (in.takeIf(".")) {
        if (in.peek().kind() != Token.Kind.NAME) throw in.unexpected("a name");
        parts.add(in.take().text());
      } else if (in.takeIf("[")) {
        if (in.peek().kind() != Token.Kind.STRING) throw in.unexpected("a string");
        parts.add(in.take().text());
        in.expect("]");
      } else break;
    }
    return parts;
  }

  private static Import imported(Tokens in, boolean v1) throws Malformed {
    Location at = in.at(in.take());
    var token = in.peek();
    var path = path(in);
    if (!List.of("data", "input", "rego", "future").contains(path.getFirst()))
      throw new Malformed(
          token.offset(), "data, input, rego.v1 or future.keywords", "'" + path.getFirst() + "'");
    var alias = Optional.<String>empty();
    if (in.takeKeyword("as")) {
      if (in.atKeyword("contains")) throw in.unexpected("a name that is no keyword");
      alias = Optional.of(in.name("a name").text());
    } else if (!path.getFirst().equals("future") && Tokens.isKeyword(path.getLast(), v1))
      throw new Malformed(token.offset(), "'as' behind a path that ends in a keyword", "none");
    return new Import(at, path, alias);
  }

  private static void future(Tokens in, Import one) throws Malformed {
    var path = one.path();
    if (path.equals(List.of("future", "keywords"))) {
      Tokens.FUTURE.forEach(in::enable);
      return;
    }
    String word = path.getLast();
    if (path.size() != 3 || !path.get(1).equals("keywords") || !Tokens.FUTURE.contains(word))
      throw in.unexpected("if, in, contains or every in future.keywords, then a rule");
    in.enable(word);
    if (word.equals("every")) in.enable("in");
  }
}
