package dev.theca.rego.builtin.graphql;

import dev.theca.rego.spi.BuiltinFault;
import java.util.List;

/** A rule for queries: it is told of every part, those within before the whole. */
interface Rule {
  default void operation(Walk walk, Node operation) throws BuiltinFault {}

  default void fragment(Walk walk, Node fragment) throws BuiltinFault {}

  /** A variable, before anything of its operation. */
  default void variable(Walk walk, Node variable) {}

  default void field(Walk walk, Node field) throws BuiltinFault {}

  default void inline(Walk walk, Node inline) throws BuiltinFault {}

  default void spread(Walk walk, Node spread) {}

  default void directive(Walk walk, Node directive, String location) {}

  default void directives(Walk walk, List<Node> directives) {}

  default void value(Walk walk, Node value) throws BuiltinFault {}
}
