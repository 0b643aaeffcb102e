package dev.theca.rego.parse;

/**
 * One token.
 *
 * @param text as written; of a string, its value
 * @param offset of its first character
 * @param end just behind its last character
 * @param newline whether a line ended before it
 */
record Token(Kind kind, String text, int offset, int end, boolean newline) {
  enum Kind {
    NAME,
    NUMBER,
    STRING,
    /** {@code $"..."} or {@code $`...`}, not yet taken apart. */
    TEMPLATE,
    SYMBOL,
    END
  }

  boolean is(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }

  /** As a message shows it. */
  String shown() {
    return switch (kind) {
      case END -> "the end of the file";
      case STRING -> "a string";
      case TEMPLATE -> "a template string";
      default -> "'" + text + "'";
    };
  }
}
