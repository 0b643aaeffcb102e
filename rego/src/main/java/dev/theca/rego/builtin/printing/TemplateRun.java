package dev.theca.rego.builtin.printing;

import dev.theca.rego.builtin.printing.TemplateNode.Argument;
import dev.theca.rego.builtin.printing.TemplateNode.Command;
import dev.theca.rego.builtin.printing.TemplateNode.Pipe;
import dev.theca.rego.builtin.printing.TemplateNode.Term;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fills a template; every node and every character is paid for. */
final class TemplateRun {
  /** How deep templates may invoke each other. */
  private static final int DEEPEST = 50;

  /** How many lists of nodes may be open at once, in all of them together. */
  private static final int MOST_OPEN = 500;

  private enum Flow {
    ON,
    NEXT,
    OUT
  }

  private static final class Variable {
    final String name;
    Operand value;

    Variable(String name, Operand value) {
      this.name = name;
      this.value = value;
    }
  }

  private final Calling context;
  private final String text;
  private final Map<String, List<TemplateNode>> templates;
  private final Layout layout;
  private final Printer printer;
  private List<Variable> variables = new ArrayList<>();
  private int depth;
  private int open;

  private TemplateRun(Calling context, String text, Map<String, List<TemplateNode>> templates) {
    this.context = context;
    this.text = text;
    this.templates = templates;
    layout = new Layout(context);
    printer = new Printer(layout);
  }

  static String run(
      Calling context, String text, Map<String, List<TemplateNode>> templates, Operand data)
      throws BuiltinFault {
    var run = new TemplateRun(context, text, templates);
    run.invoke(TemplateParser.MAIN, 0, data);
    return run.layout.out.toString();
  }

  /** Another template sees nothing of the variables here. */
  private void invoke(String name, int at, Operand dot) throws BuiltinFault {
    List<TemplateNode> nodes = templates.get(name);
    if (nodes == null)
      throw fault(at, "template", "template " + Quoted.text(name, false) + " not defined");
    if (++depth > DEEPEST)
      throw fault(at, "template", "exceeded maximum template depth (" + DEEPEST + ")");
    List<Variable> outer = variables;
    variables = new ArrayList<>(List.of(new Variable("$", dot)));
    walk(nodes, dot);
    variables = outer;
    depth--;
  }

  private Flow walk(List<TemplateNode> nodes, Operand dot) throws BuiltinFault {
    if (++open > MOST_OPEN)
      throw fault(0, "template", "exceeded maximum template depth (" + MOST_OPEN + ")");
    Flow flow = Flow.ON;
    for (TemplateNode node : nodes) {
      context.spend(1);
      flow = walk(node, dot);
      if (flow != Flow.ON) break;
    }
    open--;
    return flow;
  }

  private Flow walk(TemplateNode node, Operand dot) throws BuiltinFault {
    switch (node) {
      case TemplateNode.Text(String string) -> layout.append(string);
      case TemplateNode.Action(Pipe pipe) -> {
        Operand value = value(pipe, dot);
        if (!pipe.variables().isEmpty()) break;
        if (value instanceof Operand.Nothing) layout.append("<no value>");
        else printer.print(value, 'v');
      }
      case TemplateNode.If branch -> {
        int mark = variables.size();
        Operand value = value(branch.pipe(), dot);
        boolean truth = TemplateValues.isTrue(value);
        Operand inner = truth && branch.with() ? value : dot;
        Flow flow = walk(truth ? branch.then() : branch.otherwise(), inner);
        forget(mark);
        return flow;
      }
      case TemplateNode.Range range -> {
        return range(range, dot);
      }
      case TemplateNode.Leave(boolean all) -> {
        return all ? Flow.OUT : Flow.NEXT;
      }
      case TemplateNode.Invoke(String name, Pipe pipe, int at) ->
          invoke(name, at, pipe == null ? new Operand.Nothing() : value(pipe, dot));
    }
    return Flow.ON;
  }

  private void forget(int mark) {
    variables.subList(mark, variables.size()).clear();
  }

  private Flow range(TemplateNode.Range range, Operand dot) throws BuiltinFault {
    int mark = variables.size();
    Operand value = value(range.pipe(), dot);
    long count =
        switch (value) {
          case Operand.Items(var array) -> array.size();
          case Operand.Members(var object) -> object.size();
          case Operand.Whole whole -> whole.value();
          case Operand.Nothing _ -> 0;
          case Operand.Text _, Operand.Truth _, Operand.Real _, Operand.Large _ ->
              throw fault(
                  range.pipe().at(),
                  "range",
                  "range can't iterate over " + TemplateFunctions.joined(context, List.of(value)));
        };
    Flow flow = Flow.ON;
    if (count <= 0) flow = walk(range.otherwise(), dot);
    for (long i = 0; i < count; i++) {
      context.spend(1);
      Operand key = Operand.of(i);
      Operand item = key;
      if (value instanceof Operand.Items(var array)) item = Operand.decoded(array.item((int) i));
      if (value instanceof Operand.Members(var object)) {
        Value name = object.keys().get((int) i);
        key = Operand.decoded(name);
        item = TemplateValues.item(value, key);
      }
      forget(mark);
      declare(range.pipe(), key, item);
      if (walk(range.body(), item) == Flow.OUT) break;
    }
    forget(mark);
    return flow;
  }

  private void declare(Pipe pipe, Operand key, Operand item) {
    List<String> names = pipe.variables();
    if (names.size() > 1) set(names.getFirst(), key, pipe.assign());
    if (!names.isEmpty()) set(names.getLast(), item, pipe.assign());
  }

  private void set(String name, Operand value, boolean assign) {
    Variable known = assign ? variable(name) : null;
    if (known == null) variables.add(new Variable(name, value));
    else known.value = value;
  }

  private @Nullable Variable variable(String name) {
    for (int i = variables.size() - 1; i >= 0; i--)
      if (variables.get(i).name.equals(name)) return variables.get(i);
    return null;
  }

  private Operand value(Pipe pipe, Operand dot) throws BuiltinFault {
    Operand value = null;
    for (Command command : pipe.commands()) value = value(command, dot, value);
    // a pipe forgets where its nothing came from
    Operand last =
        value == null || value instanceof Operand.Nothing ? new Operand.Nothing() : value;
    for (String name : pipe.variables()) set(name, last, pipe.assign());
    return last;
  }

  private Operand value(Command command, Operand dot, @Nullable Operand piped) throws BuiltinFault {
    context.spend(1);
    Argument first = command.arguments().getFirst();
    List<Argument> rest = command.arguments().subList(1, command.arguments().size());
    if (first.term() instanceof Term.Function(String name) && first.fields().isEmpty())
      return call(first, name, rest, dot, piped);
    if (first.term() instanceof Term.Nil)
      throw fault(first.at(), first.source(), "nil is not a command");
    if (!rest.isEmpty() || piped != null)
      throw fault(
          first.at(),
          first.source(),
          first.fields().isEmpty()
              ? "can't give argument to non-function " + first.source()
              : first.fields().getLast() + " is not a method but has arguments");
    return value(first, dot);
  }

  private Operand call(
      Argument place, String name, List<Argument> arguments, Operand dot, @Nullable Operand piped)
      throws BuiltinFault {
    var values = new ArrayList<Operand>();
    boolean and = name.equals("and");
    boolean lazy = and || name.equals("or");
    for (Argument argument : arguments) {
      Operand value = value(argument, dot);
      if (lazy && TemplateValues.isTrue(value) != and) return value;
      values.add(value);
    }
    if (piped != null) values.add(piped);
    try {
      if (lazy && !values.isEmpty()) return values.getLast();
      return TemplateFunctions.call(context, name, values);
    } catch (BuiltinFault e) {
      throw fault(place.at(), place.source(), String.valueOf(e.getMessage()));
    }
  }

  private Operand value(Argument argument, Operand dot) throws BuiltinFault {
    context.spend(1);
    Operand value =
        switch (argument.term()) {
          case Term.Dot _ -> dot;
          case Term.Nil _ -> new Operand.Nothing();
          case Term.Constant(Operand constant) -> constant;
          case Term.Variable(String name) -> {
            Variable known = variable(name);
            if (known == null)
              throw fault(argument.at(), argument.source(), "undefined variable: " + name);
            yield known.value;
          }
          case Term.Function(String name) -> call(argument, name, List.of(), dot, null);
          case Term.Nested(Pipe pipe) -> value(pipe, dot);
        };
    try {
      for (String field : argument.fields()) value = TemplateValues.field(value, field);
    } catch (BuiltinFault e) {
      throw fault(argument.at(), argument.source(), String.valueOf(e.getMessage()));
    }
    return value;
  }

  /** What went wrong, and where: line, byte of the line, and the words. */
  private BuiltinFault fault(int at, String source, String message) {
    String before = text.substring(0, at);
    long line = 1 + before.chars().filter(c -> c == '\n').count();
    int column = Value.of(before.substring(before.lastIndexOf('\n') + 1)).bytes().length;
    String shown = source.length() > 20 ? source.substring(0, 20) + "..." : source;
    String place = line + ":" + column + ": executing \"template\" at <" + shown + ">: ";
    return new BuiltinFault(
        message.startsWith("template: ") ? message : "template: template:" + place + message);
  }
}
