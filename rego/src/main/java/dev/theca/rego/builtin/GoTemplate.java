package dev.theca.rego.builtin;

import dev.theca.rego.builtin.GoTemplateNode.Base;
import dev.theca.rego.builtin.GoTemplateNode.Operand;
import dev.theca.rego.builtin.GoTemplateNode.Pipe;
import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.JsonText;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code strings.render_template}: a template of Go's {@code text/template}; a name that the data
 * does not have is a fault. Values are those of the policy, and {@code Long} and {@code Double} for
 * numbers that the template itself makes; nothing is null.
 */
final class GoTemplate {
  private enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  private record Variable(String name, @Nullable Object value) {}

  private final Calling context;
  private final String source;
  private final StringBuilder out = new StringBuilder();
  private final List<Variable> variables = new ArrayList<>();

  private GoTemplate(Calling context, String source, Value data) {
    this.context = context;
    this.source = source;
    variables.add(new Variable("", data));
  }

  static List<Builtin> list() {
    return List.of(
        Builtin.of(
            "strings.render_template",
            "string, object -> string",
            (context, a) -> {
              String source = Searching.text(a[0]);
              context.spend(source.length() + 1L);
              var template = new GoTemplate(context, source, a[1]);
              template.run(GoTemplateParser.parse(source), a[1]);
              return Value.of(template.out.toString());
            }));
  }

  private Flow run(List<GoTemplateNode> nodes, @Nullable Object dot) throws BuiltinFault {
    int mark = variables.size();
    for (GoTemplateNode node : nodes) {
      context.spend(1);
      Flow flow =
          switch (node) {
            case GoTemplateNode.Text(String text) -> write(text);
            case GoTemplateNode.Action(Pipe pipe) -> {
              Object value = evaluate(pipe, dot);
              yield pipe.variables().isEmpty() ? write(GoTemplateFunctions.shown(value)) : Flow.ON;
            }
            case GoTemplateNode.Branch branch -> branch(branch, dot);
            case GoTemplateNode.Leave(boolean all) -> all ? Flow.BREAK : Flow.CONTINUE;
          };
      if (flow != Flow.ON) {
        forget(mark);
        return flow;
      }
    }
    forget(mark);
    return Flow.ON;
  }

  private Flow write(String text) {
    context.spend(text.length());
    out.append(text);
    return Flow.ON;
  }

  private void forget(int mark) {
    variables.subList(mark, variables.size()).clear();
  }

  private Flow branch(GoTemplateNode.Branch branch, @Nullable Object dot) throws BuiltinFault {
    int mark = variables.size();
    Flow flow;
    if (branch.word().equals("range")) {
      flow = range(branch, dot);
    } else {
      Object value = evaluate(branch.pipe(), dot);
      boolean truth = GoTemplateFunctions.truth(value);
      Object inner = truth && branch.word().equals("with") ? value : dot;
      flow = run(truth ? branch.then() : branch.otherwise(), inner);
    }
    forget(mark);
    return flow;
  }

  private Flow range(GoTemplateNode.Branch branch, @Nullable Object dot) throws BuiltinFault {
    Pipe pipe = branch.pipe();
    Object value = evaluate(new Pipe(List.of(), false, pipe.commands()), dot);
    var keys = new ArrayList<Object>();
    var items = new ArrayList<Object>();
    if (value instanceof ObjectValue object) {
      context.spend(object.size() * 2L);
      var members = new TreeMap<Value, Value>();
      object.members().forEach((key, item) -> members.put(Value.of(JsonText.name(key)), item));
      keys.addAll(members.keySet());
      items.addAll(members.values());
    } else if (value instanceof ArrayValue || value instanceof SetValue) {
      items.addAll(Aggregates.items(context, (Value) value));
    } else if (value instanceof Long count) {
      context.spend(Math.max(count, 0));
      for (long i = 0; i < count; i++) items.add(i);
    } else if (value != null && value != NullValue.NULL) {
      throw new BuiltinFault(
          "template: template: range can't iterate over " + GoTemplateFunctions.shown(value));
    }
    for (int i = 0; i < items.size(); i++) {
      int mark = variables.size();
      Object key = keys.isEmpty() ? (Object) (long) i : keys.get(i);
      int names = pipe.variables().size();
      if (names == 2) set(pipe, 0, key);
      if (names > 0) set(pipe, names - 1, items.get(i));
      context.spend(1);
      Flow flow = run(branch.then(), items.get(i));
      if (pipe.declares()) forget(mark);
      if (flow == Flow.BREAK) break;
    }
    return items.isEmpty() ? run(branch.otherwise(), dot) : Flow.ON;
  }

  private void set(Pipe pipe, int index, @Nullable Object value) throws BuiltinFault {
    var variable = new Variable(pipe.variables().get(index), value);
    if (pipe.declares()) variables.add(variable);
    else variables.set(find(variable.name()), variable);
  }

  private int find(String name) throws BuiltinFault {
    for (int i = variables.size() - 1; i >= 0; i--)
      if (variables.get(i).name().equals(name)) return i;
    throw new BuiltinFault("template: template: undefined variable \"$" + name + "\"");
  }

  private @Nullable Object evaluate(Pipe pipe, @Nullable Object dot) throws BuiltinFault {
    Object value = null;
    boolean piped = false;
    for (List<Operand> command : pipe.commands()) {
      context.spend(1);
      Operand first = command.getFirst();
      if (first.base() instanceof Base.Function(String name)) {
        value = call(name, command, dot, value, piped);
        for (String field : first.fields()) value = field(value, field, first);
      } else {
        if (piped || command.size() > 1)
          throw fault(first, "can't give argument to non-function " + first.text());
        value = operand(first, dot);
      }
      piped = true;
    }
    if (!pipe.variables().isEmpty()) set(pipe, 0, value);
    return value;
  }

  private @Nullable Object call(
      String name,
      List<Operand> command,
      @Nullable Object dot,
      @Nullable Object value,
      boolean piped)
      throws BuiltinFault {
    var arguments = new ArrayList<Object>();
    boolean shortcut = name.equals("and") || name.equals("or");
    for (Operand operand : command.subList(1, command.size())) {
      Object argument = operand(operand, dot);
      if (shortcut && GoTemplateFunctions.truth(argument) == name.equals("or")) return argument;
      arguments.add(argument);
    }
    if (piped) arguments.add(value);
    try {
      return GoTemplateFunctions.call(context, name, arguments);
    } catch (BuiltinFault e) {
      throw fault(command.getFirst(), "error calling " + name + ": " + e.getMessage());
    }
  }

  private @Nullable Object operand(Operand operand, @Nullable Object dot) throws BuiltinFault {
    Object value =
        switch (operand.base()) {
          case Base.Dot() -> dot;
          case Base.Variable(String name) -> variables.get(find(name)).value();
          case Base.Constant(Object constant) -> constant;
          case Base.Nested(Pipe pipe) -> evaluate(pipe, dot);
          case Base.Function(String name) -> call(name, List.of(operand), dot, null, false);
        };
    for (String field : operand.fields()) value = field(value, field, operand);
    return value;
  }

  private Object field(@Nullable Object value, String name, Operand operand) throws BuiltinFault {
    if (value instanceof ObjectValue object) {
      Value member = object.get(new TextValue(name));
      if (member != null) return member;
      throw fault(operand, "map has no entry for key " + GoQuote.quoted(name));
    }
    if (value == null || value == NullValue.NULL)
      throw fault(operand, "nil pointer evaluating interface {}." + name);
    throw fault(
        operand, "can't evaluate field " + name + " in type " + GoTemplateFunctions.type(value));
  }

  /** In Go's words, with line and byte. */
  private BuiltinFault fault(Operand operand, String what) {
    String before = source.substring(0, operand.at());
    int line = before.lastIndexOf('\n');
    String text =
        operand.text().length() > 20 ? operand.text().substring(0, 20) + "..." : operand.text();
    return new BuiltinFault(
        "template: template:%d:%d: executing \"template\" at <%s>: %s"
            .formatted(
                1 + before.chars().filter(c -> c == '\n').count(),
                new TextValue(before.substring(line + 1)).bytes().length,
                text,
                what));
  }
}
