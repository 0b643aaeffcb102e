package dev.theca.rego.builtin.printing;

import dev.theca.rego.builtin.printing.TemplateLexer.Sort;
import dev.theca.rego.builtin.printing.TemplateLexer.Token;
import dev.theca.rego.builtin.printing.TemplateNode.Argument;
import dev.theca.rego.builtin.printing.TemplateNode.Command;
import dev.theca.rego.builtin.printing.TemplateNode.Pipe;
import dev.theca.rego.builtin.printing.TemplateNode.Term;
import dev.theca.rego.spi.BuiltinFault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes a tree of a template. */
final class TemplateParser {
  /** Levels of actions and parentheses within each other. */
  private static final int DEEPEST = 200;

  /** The name of the whole. */
  static final String MAIN = "template";

  private final String text;
  private final List<Token> tokens;
  private final Map<String, List<TemplateNode>> templates = new HashMap<>();
  private List<String> variables = new ArrayList<>(List.of("$"));
  private int at;
  private int depth;
  private int loops;

  private TemplateParser(String text) throws BuiltinFault {
    this.text = text;
    tokens = TemplateLexer.tokens(text);
  }

  /** All templates by name. */
  static Map<String, List<TemplateNode>> parse(String text) throws BuiltinFault {
    var parser = new TemplateParser(text);
    var nodes = new ArrayList<TemplateNode>();
    String stop = parser.nodes(nodes);
    if (!stop.isEmpty()) throw parser.fault("unexpected {{" + stop + "}}");
    parser.templates.put(MAIN, nodes);
    return parser.templates;
  }

  /** Reads up to {@code end} or {@code else}, of which the word is passed and given. */
  private String nodes(List<TemplateNode> nodes) throws BuiltinFault {
    if (++depth > DEEPEST) throw fault("nested deeper than " + DEEPEST + " levels");
    while (peek().sort() != Sort.END) {
      Token token = next();
      if (token.sort() == Sort.TEXT) {
        nodes.add(new TemplateNode.Text(token.text()));
        continue;
      }
      space();
      String word = peek().sort() == Sort.WORD ? peek().text() : "";
      if (word.equals("end") || word.equals("else")) {
        at++;
        depth--;
        return word;
      }
      action(word, nodes);
    }
    depth--;
    return "";
  }

  private void action(String word, List<TemplateNode> nodes) throws BuiltinFault {
    switch (word) {
      case "if", "with" -> {
        at++;
        nodes.add(branch(word));
      }
      case "range" -> {
        at++;
        nodes.add(range());
      }
      case "break", "continue" -> {
        at++;
        right(word);
        if (loops == 0) throw fault("{{" + word + "}} outside {{range}}");
        nodes.add(new TemplateNode.Leave(word.equals("break")));
      }
      case "define" -> {
        at++;
        String name = name("define clause");
        right("define clause");
        define(name, "define clause");
      }
      case "block" -> {
        int from = at++;
        String name = name("block clause");
        Pipe pipe = piped("block clause");
        define(name, "block clause");
        nodes.add(new TemplateNode.Invoke(name, pipe, tokens.get(from).at()));
      }
      case "template" -> {
        int from = at++;
        String name = name("template clause");
        space();
        boolean bare = peek().sort() == Sort.RIGHT;
        if (bare) at++;
        Pipe pipe = bare ? null : piped("template clause");
        nodes.add(new TemplateNode.Invoke(name, pipe, tokens.get(from).at()));
      }
      default -> nodes.add(new TemplateNode.Action(piped("command")));
    }
  }

  private void define(String name, String context) throws BuiltinFault {
    List<String> outer = variables;
    int outerLoops = loops;
    variables = new ArrayList<>(List.of("$"));
    loops = 0;
    var body = new ArrayList<TemplateNode>();
    if (!nodes(body).equals("end")) throw fault("unexpected EOF in " + context);
    right("end");
    variables = outer;
    loops = outerLoops;
    templates.put(name, body);
  }

  private String name(String context) throws BuiltinFault {
    space();
    if (peek().sort() != Sort.STRING) throw unexpected(context);
    return constant(next());
  }

  private TemplateNode branch(String word) throws BuiltinFault {
    int mark = variables.size();
    Pipe pipe = piped(word);
    var then = new ArrayList<TemplateNode>();
    var otherwise = new ArrayList<TemplateNode>();
    if (stop(then).equals("else")) {
      space();
      // "else if" is an "if" in the "else", and one end closes both
      if (peek().sort() == Sort.WORD && peek().text().equals(word)) {
        at++;
        if (++depth > DEEPEST) throw fault("nested deeper than " + DEEPEST + " levels");
        otherwise.add(branch(word));
        depth--;
      } else otherwise(otherwise);
    } else right("end");
    variables.subList(mark, variables.size()).clear();
    return new TemplateNode.If(pipe, word.equals("with"), then, otherwise);
  }

  private TemplateNode range() throws BuiltinFault {
    int mark = variables.size();
    Pipe pipe = piped("range");
    var body = new ArrayList<TemplateNode>();
    var otherwise = new ArrayList<TemplateNode>();
    loops++;
    String stop = stop(body);
    loops--;
    if (stop.equals("else")) otherwise(otherwise);
    else right("end");
    variables.subList(mark, variables.size()).clear();
    return new TemplateNode.Range(pipe, body, otherwise);
  }

  private String stop(List<TemplateNode> nodes) throws BuiltinFault {
    String stop = nodes(nodes);
    if (stop.isEmpty()) throw fault("unexpected EOF");
    return stop;
  }

  private void otherwise(List<TemplateNode> nodes) throws BuiltinFault {
    right("else");
    if (!stop(nodes).equals("end")) throw fault("expected end; found {{else}}");
    right("end");
  }

  /** A pipeline and the end of its action. */
  private Pipe piped(String context) throws BuiltinFault {
    Pipe pipe = pipe(context, Sort.RIGHT);
    right(context);
    return pipe;
  }

  private Pipe pipe(String context, Sort end) throws BuiltinFault {
    if (++depth > DEEPEST) throw fault("nested deeper than " + DEEPEST + " levels");
    space();
    int from = peek().at();
    var declared = new ArrayList<String>();
    boolean assign = declarations(context, declared);
    var commands = new ArrayList<Command>();
    while (true) {
      Command command = command(context);
      if (command.arguments().isEmpty())
        throw commands.isEmpty() && peek().sort() == end
            ? fault("missing value for " + context)
            : unexpected(context);
      if (!commands.isEmpty() && isPlain(command.arguments().getFirst()))
        throw fault("non executable command in pipeline stage " + (commands.size() + 1));
      commands.add(command);
      if (peek().sort() != Sort.PIPE) break;
      at++;
    }
    if (peek().sort() != end) throw unexpected(context);
    depth--;
    return new Pipe(declared, assign, commands, from);
  }

  private static boolean isPlain(Argument first) {
    return first.fields().isEmpty()
        && switch (first.term()) {
          case Term.Dot _, Term.Nil _, Term.Constant _ -> true;
          case Term.Variable _, Term.Function _, Term.Nested _ -> false;
        };
  }

  /** {@code $x :=}, {@code $i, $x :=}, {@code $x =}. */
  private boolean declarations(String context, List<String> declared) throws BuiltinFault {
    int start = at;
    var names = new ArrayList<String>();
    while (peek().sort() == Sort.VARIABLE) {
      names.add(next().text());
      space();
      Sort sort = peek().sort();
      if (sort == Sort.DECLARE || sort == Sort.ASSIGN) {
        at++;
        if (names.size() > (context.equals("range") ? 2 : 1))
          throw fault("too many declarations in " + context);
        declared.addAll(names);
        if (sort == Sort.DECLARE) variables.addAll(names);
        else for (String name : names) known(name);
        return sort == Sort.ASSIGN;
      }
      if (sort != Sort.COMMA) break;
      at++;
      space();
    }
    at = start;
    return false;
  }

  private void known(String name) throws BuiltinFault {
    if (!variables.contains(name)) throw fault("undefined variable " + Quoted.text(name, false));
  }

  private Command command(String context) throws BuiltinFault {
    var arguments = new ArrayList<Argument>();
    while (true) {
      space();
      Sort sort = peek().sort();
      if (sort == Sort.RIGHT || sort == Sort.CLOSE || sort == Sort.PIPE) break;
      arguments.add(argument(context));
      sort = peek().sort();
      if (sort != Sort.SPACE && sort != Sort.RIGHT && sort != Sort.CLOSE && sort != Sort.PIPE)
        throw unexpected("operand");
    }
    return new Command(arguments);
  }

  private Argument argument(String context) throws BuiltinFault {
    Token token = next();
    var fields = new ArrayList<String>();
    Term term =
        switch (token.sort()) {
          case DOT -> new Term.Dot();
          case FIELD -> {
            fields.add(token.text().substring(1));
            yield new Term.Dot();
          }
          case VARIABLE -> {
            known(token.text());
            yield new Term.Variable(token.text());
          }
          case NUMBER, CHARACTER -> new Term.Constant(number(token));
          case STRING -> new Term.Constant(Operand.of(constant(token)));
          case WORD -> word(token.text());
          case OPEN -> {
            Pipe pipe = pipe("parenthesized pipeline", Sort.CLOSE);
            at++;
            yield new Term.Nested(pipe);
          }
          case TEXT, LEFT, RIGHT, SPACE, PIPE, CLOSE, DECLARE, ASSIGN, COMMA, END -> {
            at--;
            throw unexpected(context);
          }
        };
    while (peek().sort() == Sort.FIELD) {
      if (fields.isEmpty() && (term instanceof Term.Dot || isLiteral(term)))
        throw fault("unexpected . after term " + Quoted.text(token.text(), false));
      fields.add(next().text().substring(1));
    }
    return new Argument(term, fields, token.at(), text.substring(token.at(), peek().at()));
  }

  private static boolean isLiteral(Term term) {
    return term instanceof Term.Constant || term instanceof Term.Nil;
  }

  private Term word(String word) throws BuiltinFault {
    return switch (word) {
      case "true", "false" -> new Term.Constant(new Operand.Truth(word.equals("true")));
      case "nil" -> new Term.Nil();
      default -> {
        if (!TemplateFunctions.NAMES.contains(word))
          throw fault("function " + Quoted.text(word, false) + " not defined");
        yield new Term.Function(word);
      }
    };
  }

  private Operand number(Token token) throws BuiltinFault {
    Operand number = Literals.number(token.text());
    if (number == null) throw fault("bad number syntax: " + Quoted.text(token.text(), false));
    return number;
  }

  private String constant(Token token) throws BuiltinFault {
    String constant = Literals.text(token.text());
    if (constant == null) throw fault("invalid syntax");
    return constant;
  }

  private void right(String context) throws BuiltinFault {
    space();
    if (peek().sort() != Sort.RIGHT) throw unexpected(context);
    at++;
  }

  private void space() {
    while (peek().sort() == Sort.SPACE) at++;
  }

  private Token peek() {
    return tokens.get(at);
  }

  /** The end is never passed. */
  private Token next() {
    Token token = tokens.get(at);
    if (token.sort() != Sort.END) at++;
    return token;
  }

  private BuiltinFault unexpected(String context) {
    String what = peek().sort() == Sort.END ? "EOF" : "<" + peek().text() + ">";
    return fault("unexpected " + what + " in " + context);
  }

  private BuiltinFault fault(String message) {
    return TemplateLexer.fault(text, peek().at(), message);
  }
}
