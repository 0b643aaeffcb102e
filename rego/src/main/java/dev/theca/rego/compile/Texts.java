package dev.theca.rego.compile;

import dev.theca.rego.ast.Operators;
import dev.theca.rego.compile.Tree.Apply;
import dev.theca.rego.compile.Tree.Collect;
import dev.theca.rego.compile.Tree.Constant;
import dev.theca.rego.compile.Tree.Elements;
import dev.theca.rego.compile.Tree.Items;
import dev.theca.rego.compile.Tree.Members;
import dev.theca.rego.compile.Tree.Name;
import dev.theca.rego.compile.Tree.Path;
import dev.theca.rego.compile.Tree.Template;
import dev.theca.rego.value.TextValue;
import java.util.List;
import java.util.stream.Collectors;

/** Terms and conditions as an author would write them, for explanations. */
final class Texts {
  private Texts() {}

  static String of(Expr expr) {
    String text =
        switch (expr.form()) {
          case Expr.Single(Tree term) -> of(term);
          case Expr.Invoke call -> call(call.function(), call.arguments());
          case Expr.Some some -> "some " + String.join(", ", some.names());
          case Expr.SomeIn(var key, Tree value, Tree collection) ->
              "some " + (key == null ? "" : of(key) + ", ") + of(value) + " in " + of(collection);
          case Expr.Every every ->
              "every "
                  + (every.key() == null ? "" : Names.original(every.key()) + ", ")
                  + Names.original(every.value())
                  + " in "
                  + of(every.collection())
                  + " { "
                  + body(every.body())
                  + " }";
        };
    var withs = new StringBuilder();
    for (var with : expr.withs())
      withs.append(" with ").append(of(with.target())).append(" as ").append(of(with.value()));
    return (expr.negated() ? "not " : "") + text + withs;
  }

  private static String body(List<Expr> body) {
    return body.stream().map(Texts::of).collect(Collectors.joining("; "));
  }

  private static String list(List<Tree> items) {
    return items.stream().map(Texts::of).collect(Collectors.joining(", "));
  }

  private static String call(Tree function, List<Tree> arguments) {
    String name = Names.dotted(function);
    if (isOperator(name) && arguments.size() == 2)
      return operand(arguments.get(0)) + " " + sign(name) + " " + operand(arguments.get(1));
    if (name.equals("internal.member_3") && arguments.size() == 3)
      return list(arguments.subList(0, 2)) + " in " + of(arguments.get(2));
    return of(function) + "(" + list(arguments) + ")";
  }

  private static boolean isOperator(String name) {
    return name.equals("internal.member_2") || Operators.sign(name).isPresent();
  }

  private static String sign(String name) {
    return Operators.sign(name).orElse("in");
  }

  private static String operand(Tree tree) {
    return tree instanceof Apply(var at, Tree function, List<Tree> arguments)
            && isOperator(Names.dotted(function))
        ? "(" + of(tree) + ")"
        : of(tree);
  }

  static String of(Tree tree) {
    return switch (tree) {
      case Constant(var at, var value) -> value.toString();
      case Name(var at, String name) -> Names.isGenerated(name) ? "(...)" : Names.original(name);
      case Path(var at, Tree head, List<Tree> steps) -> {
        var text = new StringBuilder(of(head));
        for (Tree step : steps) {
          if (step instanceof Constant(var there, TextValue(String part))) Names.step(part, text);
          else text.append('[').append(of(step)).append(']');
        }
        yield text.toString();
      }
      case Items(var at, List<Tree> items) -> "[" + list(items) + "]";
      case Elements(var at, List<Tree> items) ->
          items.isEmpty() ? "set()" : "{" + list(items) + "}";
      case Members(var at, List<Tree> entries) -> {
        var text = new StringBuilder("{");
        for (int i = 0; i < entries.size(); i += 2)
          text.append(i == 0 ? "" : ", ")
              .append(of(entries.get(i)))
              .append(": ")
              .append(of(entries.get(i + 1)));
        yield text.append('}').toString();
      }
      case Apply(var at, Tree function, List<Tree> arguments) -> call(function, arguments);
      case Template(var at, List<Tree> parts) -> {
        var text = new StringBuilder("$\"");
        for (Tree part : parts) {
          if (part instanceof Constant(var there, TextValue(String words))) text.append(words);
          else text.append('{').append(of(part)).append('}');
        }
        yield text.append('"').toString();
      }
      case Collect(var at, var kind, Tree key, Tree value, List<Expr> conditions) -> {
        String inner = (key == null ? "" : of(key) + ": ") + of(value) + " | " + body(conditions);
        yield kind == dev.theca.rego.ast.Term.Kind.ARRAY ? "[" + inner + "]" : "{" + inner + "}";
      }
    };
  }
}
