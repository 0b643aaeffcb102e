package dev.theca.rego.corpus;

import dev.theca.rego.Given;
import dev.theca.rego.Policies;
import dev.theca.rego.Policy;
import dev.theca.rego.RegoCode;
import dev.theca.rego.Result;
import dev.theca.rego.Setup;
import dev.theca.rego.ast.Module;
import dev.theca.rego.builtin.JdkRegexEngine;
import dev.theca.rego.parse.PolicyParser;
import dev.theca.rego.value.Value;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.util.ArrayList;
import java.util.List;

/** The one place where the corpus meets the engine. */
final class Engine {
  private Engine() {}

  /** Regular expressions are the JDK's, which are near enough to RE2's; there is no YAML. */
  static final Setup SETUP = Setup.plain().withRegex(new JdkRegexEngine()).withYaml(Yaml.ENGINE);

  /** What the engine says to a case. */
  static Outcome<Result> answer(Case one) {
    return compiled(one)
        .then(policy -> policy.query(one.query()))
        .then(query -> query.evaluate(given(one)));
  }

  private static Outcome<Policy> compiled(Case one) {
    var modules = new ArrayList<Module>();
    for (String text : one.modules()) {
      String file = "p" + modules.size() + ".rego";
      switch (PolicyParser.module(file, text, one.syntax())) {
        case Outcome.Granted<Module>(var module) -> modules.add(module);
        case Outcome.Refused<Module> refused -> {
          return refused.as();
        }
      }
    }
    return Policies.compile(modules, SETUP);
  }

  private static Given given(Case one) {
    var given = Given.nothing().withNow(one.nowNanos()).withStrictErrors(one.strictErrors());
    if (one.data().isPresent()) given = given.withData(one.data().get());
    if (one.input().isPresent()) given = given.withInput(one.input().get());
    if (one.inputTerm().isPresent()) given = given.withInput(term(one.inputTerm().get()));
    return given;
  }

  /** The value of a text of the language. */
  private static Value term(String text) {
    return Policies.compile(List.of(), SETUP)
        .then(policy -> policy.query("x = " + text))
        .then(query -> query.evaluate(Given.nothing()))
        .orThrow()
        .solutions()
        .getFirst()
        .bindings()
        .get("x");
  }

  static String code(Refusal reason) {
    return reason.code() instanceof RegoCode code ? code.opa() : "none";
  }
}
