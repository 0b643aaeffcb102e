package dev.theca.rego.builtin.graphql;

/** What a value is; trees carry the number. */
enum ValueKind {
  VARIABLE,
  INT,
  FLOAT,
  STRING,
  BLOCK,
  BOOLEAN,
  NULL,
  ENUM,
  LIST,
  OBJECT;

  private static final ValueKind[] ALL = values();

  static ValueKind of(Node value) {
    return ALL[value.number("Kind")];
  }

  static boolean isOne(int number) {
    return number >= 0 && number < ALL.length;
  }
}
