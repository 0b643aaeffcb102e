package dev.theca.rego.run;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.value.Value;

/** What is called in the place of a function. */
public sealed interface Replacement {
  /** Always this value. */
  record Fixed(Value value) implements Replacement {}

  /** Another built-in function. */
  record Native(Builtin builtin) implements Replacement {}

  /** A function of rules, or a rule's value. */
  record Rules(Document document) implements Replacement {}
}
