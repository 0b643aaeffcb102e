package dev.theca.rego.corpus;

import dev.theca.rego.Bounds;
import dev.theca.rego.Coverage;
import dev.theca.rego.Given;
import dev.theca.rego.Hidden;
import dev.theca.rego.Policies;
import dev.theca.rego.Policy;
import dev.theca.rego.Query;
import dev.theca.rego.Setup;
import dev.theca.rego.ast.Module;
import dev.theca.rego.fmt.Formatter;
import dev.theca.rego.fmt.Target;
import dev.theca.rego.parse.PolicyParser;
import dev.theca.rego.parse.PolicyParser.Syntax;
import dev.theca.rego.value.Value;
import dev.theca.wire.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Takes any text through all that can be done with a policy; nothing but answers may come out. */
final class Probe {
  private static final Bounds SMALL = new Bounds(5_000, 20_000, 100, () -> 0, Long.MAX_VALUE);

  /** A name of a file that stands nowhere in a policy, so that places can be taken out again. */
  private static final String FILE = "\u0001\u0001";

  /** Keywords that are imported behind a rule that did without them; a form has them at once. */
  private static final Pattern LATE =
      Pattern.compile("(?s)package.*[{=\\[].*import|package.*future.*import.*future|[;\n]\\s*-");

  /** Values and bodies that say no more than none. */
  private static final String TRUE = "Scalar[at=, value=JsonBool[value=true]]";

  private static final String TRUE_BODY =
      "Condition[at=, negated=false, term=" + TRUE + ", withs=[]]";

  private Probe() {}

  /** How far a text came. */
  enum Reached {
    TEXT,
    TREE,
    POLICY,
    ANSWER
  }

  static Reached all(String text, Optional<Value> input) {
    return all(text, input, Setup.plain());
  }

  static Reached all(String text, Optional<Value> input, Setup setup) {
    var reached = Reached.TEXT;
    PolicyParser.query("q", text);
    for (var syntax : Syntax.values()) {
      if (!(PolicyParser.module(FILE, text, syntax) instanceof Outcome.Granted<Module>(var module)))
        continue;
      if (reached == Reached.TEXT) reached = Reached.TREE;
      formed(text, module, syntax);
      for (boolean strict : new boolean[] {true, false})
        if (Policies.compile(List.of(module), setup.withStrict(strict))
            instanceof Outcome.Granted<Policy>(var policy)) {
          if (reached.compareTo(Reached.POLICY) < 0) reached = Reached.POLICY;
          if (!strict && asked(policy, input)) reached = Reached.ANSWER;
        }
    }
    return reached;
  }

  private static boolean asked(Policy policy, Optional<Value> input) {
    boolean granted = false;
    var given = Given.nothing().withBounds(SMALL);
    if (input.isPresent()) given = given.withInput(input.get());
    for (String name : List.of("data", "data[x][y]")) {
      if (!(policy.query(name) instanceof Outcome.Granted<Query>(var query))) continue;
      var answer = query.evaluate(given);
      granted |= answer.isGranted();
      if (answer.toString().contains("REGO_UNSAFE_VAR")
          || answer.toString().contains("rego-unsafe"))
        throw new AssertionError("accepted, but unsafe: " + answer);
      var explained = query.explain(given, Hidden.below(given, List.of(List.of("input", "a"))));
      if (answer.isGranted() != explained.isGranted())
        throw new AssertionError("explained otherwise: " + answer + " " + explained);
      if (!answer.isGranted()) continue;
      explained.orThrow().toString();
      var seen = new Coverage.Collector();
      var covered = query.evaluate(given, seen);
      if (!covered.equals(answer)) throw new AssertionError("covered otherwise");
      seen.of(policy);
      if (!query.evaluate(given).equals(answer)) throw new AssertionError("another answer");
    }
    return granted;
  }

  /** The form of a policy is the same policy, and its own form. */
  private static void formed(String text, Module module, Syntax syntax) {
    for (var target : Target.values()) Formatter.format(FILE, text, target);
    if (syntax == Syntax.V0 && LATE.matcher(text).find()) return;
    if (!(Formatter.format(FILE, text, syntax) instanceof Outcome.Granted<String>(var once)))
      return;
    var again = PolicyParser.module(FILE, once, syntax);
    if (!again.isGranted()) throw new AssertionError("not a policy: " + again + "\n" + once);
    String before = tree(module);
    String after = tree(again.orThrow());
    // The form has constants in templates without braces, and equal elements and keys once.
    boolean other = List.of("Template[", "SetOf[", "Entry[").stream().anyMatch(before::contains);
    if (!before.equals(after) && !other)
      throw new AssertionError("another policy\n" + before + "\n" + after + "\n" + once);
    String twice = Formatter.format(FILE, once, syntax).orThrow();
    String thrice = Formatter.format(FILE, twice, syntax).orThrow();
    // Comments between the parts of a term may move further every time.
    if (module.comments().isEmpty() && !twice.equals(thrice))
      throw new AssertionError("no form\n" + twice + "\n" + thrice);
  }

  private static String tree(Module module) {
    var imports = module.imports().stream().map(Object::toString).map(Probe::placeless).sorted();
    return placeless(module.name() + " " + imports.toList() + " " + module.rules());
  }

  private static String placeless(String tree) {
    // In a head, operators are called by their names.
    return tree.replaceAll(
            "function=Var\\[at=[^,]*, name=(equal|neq|[lg]te?|plus|minus|mul|div|rem|and|or|[=!<>*/%&|+-]+)]",
            "function=operator")
        .replaceAll(FILE + ":\\d+:\\d+", "")
        .replaceAll("\\$\\d+", "_")
        .replace("body=[" + TRUE_BODY + "]", "body=[]")
        .replace("value=Optional[" + TRUE + "]", "value=Optional.empty");
  }
}
