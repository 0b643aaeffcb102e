package dev.theca.rego.builtin;

import dev.theca.rego.builtin.GoTemplateNode.Base;
import dev.theca.rego.builtin.GoTemplateNode.Operand;
import dev.theca.rego.builtin.GoTemplateNode.Pipe;
import dev.theca.rego.spi.BuiltinFault;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what Go's {@code text/template} reads: actions, {@code if}, {@code with}, {@code range},
 * variables, pipelines and comments. Templates within templates ({@code define}, {@code template},
 * {@code block}) are refused: a rendering has one text.
 */
final class GoTemplateParser {
  private static final int MAX_DEPTH = 100;

  private final GoTemplateTokens tokens;
  private int depth;
  private int loops;

  private GoTemplateParser(String text) {
    this.tokens = new GoTemplateTokens(text);
  }

  static List<GoTemplateNode> parse(String text) throws BuiltinFault {
    var parser = new GoTemplateParser(text);
    var list = new ArrayList<GoTemplateNode>();
    String end = parser.list(list);
    if (!end.isEmpty()) throw parser.tokens.fault("unexpected {{" + end + "}}");
    return list;
  }

  /** Pieces up to {@code end}, {@code else} or the end of the text, which is named. */
  private String list(List<GoTemplateNode> list) throws BuiltinFault {
    if (++depth > MAX_DEPTH) throw tokens.fault("nested too deeply");
    while (true) {
      String text = tokens.text();
      if (!text.isEmpty()) list.add(new GoTemplateNode.Text(text));
      if (!tokens.open()) {
        depth--;
        return "";
      }
      if (tokens.close()) throw tokens.fault("missing value for command");
      String word = tokens.keyword();
      switch (word) {
        case "end", "else" -> {
          if (word.equals("end")) tokens.expectClose();
          depth--;
          return word;
        }
        case "if", "with", "range" -> list.add(branch(word));
        case "break", "continue" -> {
          if (loops == 0) throw tokens.fault("{{" + word + "}} outside {{range}}");
          tokens.expectClose();
          list.add(new GoTemplateNode.Leave(word.equals("break")));
        }
        case "define", "template", "block" ->
            throw tokens.fault("{{" + word + "}} is not supported");
        default -> {
          list.add(new GoTemplateNode.Action(pipe(false)));
          tokens.expectClose();
        }
      }
    }
  }

  private GoTemplateNode branch(String word) throws BuiltinFault {
    boolean range = word.equals("range");
    Pipe pipe = pipe(range);
    tokens.expectClose();
    var then = new ArrayList<GoTemplateNode>();
    var otherwise = new ArrayList<GoTemplateNode>();
    if (range) loops++;
    String end = list(then);
    if (range) loops--;
    if (end.equals("else")) {
      String next = range ? "" : tokens.keyword();
      if (next.equals(word)) {
        if (++depth > MAX_DEPTH) throw tokens.fault("nested too deeply");
        otherwise.add(branch(word));
        depth--;
        return new GoTemplateNode.Branch(word, pipe, then, otherwise);
      }
      tokens.expectClose();
      end = list(otherwise);
    }
    if (!end.equals("end")) throw tokens.fault(end.isEmpty() ? "unexpected EOF" : "expected end");
    return new GoTemplateNode.Branch(word, pipe, then, otherwise);
  }

  private Pipe pipe(boolean range) throws BuiltinFault {
    if (++depth > MAX_DEPTH) throw tokens.fault("nested too deeply");
    var variables = new ArrayList<String>();
    int start = tokens.mark();
    boolean declares = false;
    while (tokens.peek('$')) {
      variables.add(tokens.variable());
      if (tokens.take(":=") || tokens.take("=")) {
        declares = tokens.lastWas(":=");
        start = -1;
        break;
      }
      if (!range || variables.size() > 1 || !tokens.take(",")) break;
    }
    if (start >= 0) {
      variables.clear();
      tokens.reset(start);
    }
    var commands = new ArrayList<List<Operand>>();
    do commands.add(command());
    while (tokens.take("|"));
    depth--;
    return new Pipe(variables, declares, commands);
  }

  private List<Operand> command() throws BuiltinFault {
    var parts = new ArrayList<Operand>();
    while (!tokens.atEndOfCommand()) parts.add(operand());
    if (parts.isEmpty()) throw tokens.fault("missing value for command");
    return parts;
  }

  private Operand operand() throws BuiltinFault {
    int at = tokens.mark();
    Base base;
    if (tokens.take("(")) {
      base = new Base.Nested(pipe(false));
      if (!tokens.take(")")) throw tokens.fault("unclosed left paren");
    } else if (tokens.peek('$')) {
      base = new Base.Variable(tokens.variable());
    } else if (tokens.peek('.') && !tokens.digitFollows()) {
      if (!tokens.fieldFollows()) tokens.take(".");
      base = new Base.Dot();
    } else {
      base = tokens.constantOrFunction();
    }
    List<String> fields = tokens.fields();
    return new Operand(base, fields, tokens.since(at), at);
  }
}
