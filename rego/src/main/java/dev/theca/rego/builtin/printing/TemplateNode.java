package dev.theca.rego.builtin.printing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a template. */
sealed interface TemplateNode {
  /** Text that stays as it is. */
  record Text(String text) implements TemplateNode {}

  /** A value to be shown, unless it declares a variable. */
  record Action(Pipe pipe) implements TemplateNode {}

  /** {@code if}, or {@code with}, which also moves the dot. */
  record If(Pipe pipe, boolean with, List<TemplateNode> then, List<TemplateNode> otherwise)
      implements TemplateNode {}

  /** {@code range}. */
  record Range(Pipe pipe, List<TemplateNode> body, List<TemplateNode> otherwise)
      implements TemplateNode {}

  /** {@code break}, or {@code continue}. */
  record Leave(boolean all) implements TemplateNode {}

  /** {@code template}: another template, with its own variables. */
  record Invoke(String name, @Nullable Pipe pipe, int at) implements TemplateNode {}

  /**
   * Commands of which each gives its value to the next.
   *
   * @param assign whether the variables exist already
   */
  record Pipe(List<String> variables, boolean assign, List<Command> commands, int at) {}

  /** A value, or a function and its arguments. */
  record Command(List<Argument> arguments) {}

  /** One word of a command; {@code at} and {@code source} are for messages. */
  record Argument(Term term, List<String> fields, int at, String source) {}

  /** What a word begins with. */
  sealed interface Term {
    record Dot() implements Term {}

    record Nil() implements Term {}

    record Constant(Operand value) implements Term {}

    record Variable(String name) implements Term {}

    record Function(String name) implements Term {}

    record Nested(Pipe pipe) implements Term {}
  }
}
