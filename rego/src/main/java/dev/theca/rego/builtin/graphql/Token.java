package dev.theca.rego.builtin.graphql;

import dev.theca.rego.value.Value;

/**
 * One token.
 *
 * @param value of a name, number, string or comment; empty for the others
 * @param fault what is wrong with a token that is none
 */
record Token(Kind kind, String value, Place at, String fault) {
  /** What a token is; the words are those of messages. */
  enum Kind {
    INVALID("<Invalid>"),
    END("<EOF>"),
    BANG("!"),
    DOLLAR("$"),
    AMP("&"),
    PAREN_OPEN("("),
    PAREN_CLOSE(")"),
    SPREAD("..."),
    COLON(":"),
    EQUALS("="),
    AT("@"),
    BRACKET_OPEN("["),
    BRACKET_CLOSE("]"),
    BRACE_OPEN("{"),
    BRACE_CLOSE("}"),
    PIPE("|"),
    NAME("Name"),
    INT("Int"),
    FLOAT("Float"),
    STRING("String"),
    BLOCK_STRING("BlockString"),
    COMMENT("Comment");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  boolean is(Kind other) {
    return kind == other;
  }

  @Override
  public String toString() {
    return value.isEmpty() ? kind.toString() : kind + " " + Value.of(value);
  }
}
