package dev.theca.rego.fmt;

import dev.theca.rego.parse.PolicyParser.Syntax;

/** Which syntax is read, and which one is written. */
public enum Target {
  /** The older one stays as it is. */
  V0(Syntax.V0),
  /** Version 1. */
  V1(Syntax.V1),
  /** The older one becomes what both accept: with {@code import rego.v1}. */
  V0_TO_BOTH(Syntax.V0);

  private final Syntax read;

  Target(Syntax read) {
    this.read = read;
  }

  Syntax read() {
    return read;
  }

  /** Whether the result must be version 1. */
  boolean isV1() {
    return this != V0;
  }
}
