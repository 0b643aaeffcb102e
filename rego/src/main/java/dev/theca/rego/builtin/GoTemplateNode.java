package dev.theca.rego.builtin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A piece of a template. */
sealed interface GoTemplateNode {
  /** As it stands. */
  record Text(String text) implements GoTemplateNode {}

  /** {@code {{.name}}}; writes nothing where it sets a variable. */
  record Action(Pipe pipe) implements GoTemplateNode {}

  /** {@code if}, {@code with} and {@code range}: the word says which. */
  record Branch(String word, Pipe pipe, List<GoTemplateNode> then, List<GoTemplateNode> otherwise)
      implements GoTemplateNode {}

  /** {@code break} or {@code continue}. */
  record Leave(boolean all) implements GoTemplateNode {}

  /** Commands, each given the result of the one before. */
  record Pipe(List<String> variables, boolean declares, List<List<Operand>> commands) {}

  /**
   * A value with fields of it.
   *
   * @param at where it stands in the template
   */
  record Operand(Base base, List<String> fields, String text, int at) {}

  /** What an operand begins with. */
  sealed interface Base {
    /** The value that the block is about. */
    record Dot() implements Base {}

    /** {@code $name}; the empty name is what the template was given. */
    record Variable(String name) implements Base {}

    /** A literal. */
    record Constant(@Nullable Object value) implements Base {}

    /** A function by name. */
    record Function(String name) implements Base {}

    /** In parentheses. */
    record Nested(Pipe pipe) implements Base {}
  }
}
