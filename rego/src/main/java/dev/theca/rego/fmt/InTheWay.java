package dev.theca.rego.fmt;

/** A comment stands where the usual form has no place for it: the part stays as it was written. */
final class InTheWay extends Exception {
  private static final long serialVersionUID = 1L;

  InTheWay() {
    super("a comment is in the way", null, false, false);
  }
}
