package dev.theca.rego.ast;

import dev.theca.rego.Location;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Metadata of a package or rule, from a {@code # METADATA} block.
 *
 * @param at where the block begins
 * @param path of the package or rule that it is about, without {@code data}: up to the first
 *     variable
 * @param rule that stands behind it; empty when the package does
 * @param content all that it says, its scope too: what {@code rego.metadata.rule()} gives
 */
public record Annotation(
    Location at, Scope scope, List<Value> path, Optional<Rule> rule, ObjectValue content) {
  public Annotation {
    path = List.copyOf(path);
  }

  /** What an annotation is about. */
  public enum Scope {
    /** The rule behind it. */
    RULE,
    /** All rules of the name of the one behind it. */
    DOCUMENT,
    /** The package, in this file. */
    PACKAGE,
    /** The package and those below it. */
    SUBPACKAGES;

    /** As metadata names it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
