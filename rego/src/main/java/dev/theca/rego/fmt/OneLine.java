package dev.theca.rego.fmt;

import dev.theca.rego.ast.Literal;
import dev.theca.rego.ast.Term;
import dev.theca.rego.value.Value;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Terms in one line, operators as calls of what they stand for: the form of keys in heads. */
final class OneLine {
  private OneLine() {}

  static String of(Term term) {
    return switch (term) {
      case Term.Scalar scalar -> of(scalar.value());
      case Term.Var(var _, String name) -> name.startsWith("$") ? "_" : name;
      case Term.Ref(var _, Term head, List<Term> steps) ->
          of(head) + steps.stream().map(OneLine::step).collect(Collectors.joining());
      case Term.ArrayOf(var _, var items) -> "[" + joined(items, OneLine::of, ", ") + "]";
      case Term.SetOf(var _, var items) ->
          items.isEmpty() ? "set()" : "{" + joined(items, OneLine::of, ", ") + "}";
      case Term.ObjectOf(var _, var entries) ->
          "{" + joined(entries, e -> of(e.key()) + ": " + of(e.value()), ", ") + "}";
      case Term.Call call ->
          Infix.of(call)
                  .map(sign -> Infix.name(sign, call.arguments().size()))
                  .orElseGet(() -> of(call.function()))
              + "("
              + joined(call.arguments(), OneLine::of, ", ")
              + ")";
      case Term.Template(var _, var parts) -> "$\"" + joined(parts, OneLine::part, "") + "\"";
      case Term.Comprehension c -> {
        String inner =
            c.key().map(k -> of(k) + ": ").orElse("")
                + of(c.value())
                + " | "
                + joined(c.body(), OneLine::literal, "; ");
        yield c.kind() == Term.Kind.ARRAY ? "[" + inner + "]" : "{" + inner + "}";
      }
    };
  }

  static String of(JsonValue value) {
    return switch (value) {
      case JsonString(String text) -> Value.of(text).toString();
      case JsonNumber(String literal) -> literal;
      case JsonBool(boolean truth) -> truth + "";
      default -> "null";
    };
  }

  private static String step(Term step) {
    return step instanceof Term.Scalar(var _, JsonString(String text)) && Style.isName(text)
        ? "." + text
        : "[" + of(step) + "]";
  }

  private static String part(Term part) {
    return part instanceof Term.Scalar(var _, JsonString(String text))
        ? text
        : "{" + of(part) + "}";
  }

  private static <T> String joined(List<T> all, Function<T, String> each, String between) {
    return all.stream().map(each).collect(Collectors.joining(between));
  }

  private static String literal(Literal literal) {
    String withs =
        joined(literal.withs(), w -> " with " + of(w.target()) + " as " + of(w.value()), "");
    return switch (literal) {
          case Literal.Condition c -> (c.negated() ? "not " : "") + condition(c.term());
          case Literal.SomeVars s -> "some " + String.join(", ", s.names());
          case Literal.SomeIn s ->
              "some "
                  + s.key().map(k -> of(k) + ", ").orElse("")
                  + of(s.value())
                  + " in "
                  + of(s.collection());
          case Literal.Every e ->
              "every "
                  + e.key().map(k -> k + ", ").orElse("")
                  + e.value()
                  + " in "
                  + of(e.collection())
                  + " { "
                  + joined(e.body(), OneLine::literal, "; ")
                  + " }";
        }
        + withs;
  }

  private static String condition(Term term) {
    if (!(term instanceof Term.Call call) || call.arguments().size() != 2) return of(term);
    return Infix.of(call)
        .map(s -> of(call.arguments().getFirst()) + " " + s + " " + of(call.arguments().getLast()))
        .orElseGet(() -> of(term));
  }
}
