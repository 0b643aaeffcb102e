package dev.theca.rego.parse;

import dev.theca.rego.ast.Literal;
import dev.theca.rego.ast.Term;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonString;
import java.util.List;
import java.util.stream.Collectors;

/** A term with all brackets, for comparison. */
final class Shown {
  private Shown() {}

  static String term(Term term) {
    return switch (term) {
      case Term.Scalar s ->
          switch (s.value()) {
            case JsonString(String text) -> text;
            case JsonNumber(String literal) -> literal;
            case JsonBool(boolean value) -> value + "";
            default -> "null";
          };
      case Term.Var v -> v.name();
      case Term.Ref r ->
          term(r.head())
              + r.steps().stream().map(s -> "[" + term(s) + "]").collect(Collectors.joining());
      case Term.ArrayOf a -> "[" + all(a.items()) + "]";
      case Term.SetOf s -> "{" + all(s.items()) + "}";
      case Term.ObjectOf o ->
          o.entries().isEmpty()
              ? "{:}"
              : o.entries().stream()
                  .map(e -> term(e.key()) + ": " + term(e.value()))
                  .collect(Collectors.joining(", ", "{", "}"));
      case Term.Call c -> term(c.function()) + "(" + all(c.arguments()) + ")";
      case Term.Template t -> "$(" + all(t.parts()) + ")";
      case Term.Comprehension c -> {
        String inner =
            c.key().map(k -> term(k) + ": ").orElse("") + term(c.value()) + " | " + body(c.body());
        yield c.kind() == Term.Kind.ARRAY ? "[" + inner + "]" : "{" + inner + "}";
      }
    };
  }

  private static String body(List<Literal> body) {
    return body.stream()
        .map(l -> term(((Literal.Condition) l).term()))
        .collect(Collectors.joining("; "));
  }

  private static String all(List<Term> terms) {
    return terms.stream().map(Shown::term).collect(Collectors.joining(", "));
  }
}
