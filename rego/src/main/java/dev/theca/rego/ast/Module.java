package dev.theca.rego.ast;

import dev.theca.rego.Location;
import java.util.List;
import java.util.Optional;

/**
 * One policy file.
 *
 * @param name of the package, without {@code data}
 * @param v1 whether keywords need no import and the stricter rules of version 1 hold
 * @param comments all of them, in the order of the file
 * @param text as it was read
 */
public record Module(
    Location at,
    List<String> name,
    boolean v1,
    List<Import> imports,
    List<Rule> rules,
    List<Comment> comments,
    String text) {
  public Module {
    name = List.copyOf(name);
    imports = List.copyOf(imports);
    rules = List.copyOf(rules);
    comments = List.copyOf(comments);
  }

  /** {@code import data.a.b as c}. */
  public record Import(Location at, List<String> path, Optional<String> alias) {
    public Import {
      path = List.copyOf(path);
    }

    /** The name that it gives. */
    public String name() {
      return alias.orElseGet(path::getLast);
    }
  }
}
