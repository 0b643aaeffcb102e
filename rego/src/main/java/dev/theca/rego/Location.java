package dev.theca.rego;

/**
 * A place in a policy file.
 *
 * @param line from 1
 * @param column from 1, in characters
 */
public record Location(String file, int line, int column) {
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
