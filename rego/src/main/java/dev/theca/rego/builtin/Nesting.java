package dev.theca.rego.builtin;

import dev.theca.rego.spi.BuiltinFault;

/** How deep the functions of this package go into values and documents before they give up. */
final class Nesting {
  /** Levels; every one costs a few frames of the stack. */
  static final int MAX = 1000;

  private Nesting() {}

  static void check(int depth) throws BuiltinFault {
    if (depth > MAX) throw new BuiltinFault("nested deeper than " + MAX + " levels");
  }
}
