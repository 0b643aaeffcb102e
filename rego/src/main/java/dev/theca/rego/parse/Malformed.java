package dev.theca.rego.parse;

/** The text is no policy; never leaves the parser. */
final class Malformed extends Exception {
  private static final long serialVersionUID = 1L;

  final int offset;
  final String expected;
  final String found;

  Malformed(int offset, String expected, String found) {
    super(expected + ", not " + found, null, false, false);
    this.offset = offset;
    this.expected = expected;
    this.found = found;
  }
}
