package dev.theca.rego.corpus;

import dev.theca.rego.parse.PolicyParser.Syntax;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One case of the corpus: policies, a question, and what Open Policy Agent answers.
 *
 * @param inputTerm input as text of the language, for values that JSON cannot write
 * @param want one object of bindings for each solution; empty where a code is wanted
 * @param wantDefined whether there is any solution, for questions without variables
 * @param wantError the code of the refusal
 * @param wantMessage a part of the refusal as Open Policy Agent words it
 */
record Case(
    String note,
    Syntax syntax,
    List<String> modules,
    Optional<Value> data,
    Optional<Value> input,
    Optional<String> inputTerm,
    long nowNanos,
    String query,
    Optional<List<Value>> want,
    Optional<Boolean> wantDefined,
    Optional<String> wantError,
    Optional<String> wantMessage,
    boolean strictErrors) {
  private static final Set<String> KNOWN =
      Set.of(
          "note",
          "syntax",
          "modules",
          "data",
          "input",
          "input_term",
          "now_ns",
          "query",
          "want",
          "want_defined",
          "want_error",
          "want_message",
          "strict_errors");

  static List<Case> corpus() {
    var all = new ArrayList<Case>();
    for (Path file : Yaml.files("corpus"))
      for (Value one : (ArrayValue) member(Yaml.read(file), "cases").orElseThrow())
        all.add(of((ObjectValue) one));
    var notes = new HashSet<String>();
    for (Case one : all)
      if (!notes.add(one.note())) throw new AssertionError("two cases are named " + one.note());
    return all;
  }

  private static Case of(ObjectValue written) {
    String note = text(written, "note").orElseThrow();
    written.forEach(
        (name, _) -> {
          if (!KNOWN.contains(((TextValue) name).text()))
            throw new AssertionError(note + " has the unknown member " + name);
        });
    var one =
        new Case(
            note,
            Syntax.valueOf(text(written, "syntax").orElse("v1").toUpperCase(java.util.Locale.ROOT)),
            list(written, "modules").stream().flatMap(List::stream).map(Case::text).toList(),
            member(written, "data"),
            member(written, "input"),
            text(written, "input_term"),
            member(written, "now_ns")
                .map(n -> Long.parseLong(((NumberValue) n).literal()))
                .orElse(0L),
            text(written, "query").orElseThrow(),
            list(written, "want"),
            member(written, "want_defined").map(v -> v.equals(Value.of(true))),
            text(written, "want_error"),
            text(written, "want_message"),
            member(written, "strict_errors").isPresent());
    long wanted =
        one.want.stream().count()
            + one.wantDefined.stream().count()
            + one.wantError.stream().count();
    if (wanted != 1) throw new AssertionError(note + " must want exactly one thing");
    return one;
  }

  static Optional<Value> member(Value object, String name) {
    return Optional.ofNullable(((ObjectValue) object).get(name));
  }

  private static Optional<List<Value>> list(Value object, String name) {
    return member(object, name).map(v -> ((ArrayValue) v).items());
  }

  private static Optional<String> text(Value object, String name) {
    return member(object, name).map(Case::text);
  }

  private static String text(Value value) {
    return ((TextValue) value).text();
  }

  @Override
  public String toString() {
    return note;
  }
}
