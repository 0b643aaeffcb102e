package dev.theca.rego.builtin.graphql;

import dev.theca.rego.spi.BuiltinFault;

/** A document is none, or breaks a rule: an answer for some functions, a fault for others. */
final class Invalid extends Exception {
  private static final long serialVersionUID = 1;

  private final String what;

  Invalid(String what) {
    super(what, null, false, false);
    this.what = what;
  }

  /** For functions that have no answer then. */
  BuiltinFault fault() {
    return new BuiltinFault(what);
  }

  /** A document that cannot be read, in the words that people know from Open Policy Agent. */
  static Invalid at(Place place, String message) {
    return new Invalid(message + " in GraphQL string at location " + place);
  }
}
