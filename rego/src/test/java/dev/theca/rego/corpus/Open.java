package dev.theca.rego.corpus;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Cases that this engine does not answer as Open Policy Agent does, and why. */
final class Open {
  private Open() {}

  private static final String RE2 = "the JDK's expressions, which only tests use, are not RE2's";
  private static final String YAML =
      "the YAML of tests does not write; the broker's engine is tested there";
  private static final String CHANCE = "the room knows no chance";
  private static final String TREE = "the tree of a template has no place for 'with'";

  private static final Map<String, Set<String>> REASONS =
      Map.of(
          RE2,
          Set.of(
              "builtins/regex.match knows no references to groups",
              "builtins/regex.match knows no look-ahead",
              "builtins/regex.match: a dollar is the end of the text only",
              "builtins/regex.match with a POSIX class",
              "builtins/regex.replace with named groups"),
          YAML,
          Set.of("builtins/yaml.marshal"),
          CHANCE,
          Set.of(
              "builtins/uuid.rfc4122 is the same for the same key",
              "builtins/uuid.rfc4122 differs for another key",
              "builtins/a random number below one is zero",
              "builtins/random numbers of one key agree within one evaluation"),
          TREE,
          Set.of("templates/with inside"));

  static Set<String> notes() {
    return REASONS.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
  }
}
