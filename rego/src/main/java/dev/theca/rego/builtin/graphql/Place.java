package dev.theca.rego.builtin.graphql;

/** A place in a document; columns count characters. */
record Place(int line, int column) {
  /** Of what has no text, such as a tree that a policy made. */
  static final Place NONE = new Place(-1, -1);

  @Override
  public String toString() {
    return line + ":" + column;
  }
}
