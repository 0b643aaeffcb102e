package dev.theca.rego.compile;

import dev.theca.rego.compile.Variables.Skip;
import java.util.HashSet;
import java.util.Set;

/** Stage: variables of a head have values in its body; bodies are put into order. */
final class Heads {
  private final Safety safety;
  private final Findings findings;

  Heads(Safety safety, Findings findings) {
    this.safety = safety;
    this.findings = findings;
  }

  void check(Definition rule) {
    boolean first = true;
    for (var branch : rule.branches()) {
      var known = new HashSet<>(Variables.ofBody(branch.body(), Skip.CLOSURES));
      if (rule.arguments() != null) known.addAll(Variables.of(rule.arguments()));
      var needed = new HashSet<String>();
      if (branch.value() != null) needed.addAll(Variables.of(branch.value()));
      if (first) {
        needed.addAll(Variables.of(rule.ref()));
        if (rule.key() != null) needed.addAll(Variables.of(rule.key()));
      }
      first = false;
      needed.removeAll(known);
      for (String name : needed)
        if (!Names.isGenerated(name) && !Names.isRoot(name))
          findings.unsafe(
              branch.at(),
              "var " + Names.original(name) + " is unsafe",
              "give " + Names.original(name) + " a value in the body");
    }
  }

  Definition ordered(Definition rule) {
    var known = new HashSet<>(Set.of("input", "data"));
    if (rule.arguments() != null) known.addAll(Variables.of(rule.arguments()));
    var branches =
        Tree.all(
            rule.branches(),
            branch ->
                new Definition.Branch(
                    branch.at(), branch.value(), safety.body(known, branch.body())));
    return rule.with(rule.ref(), rule.arguments(), rule.key(), branches);
  }
}
