package dev.theca.wire.json;

/**
 * What a document may cost: bytes in all, depth of nesting, length of one string, digits of one
 * number.
 */
public record Limits(int bytes, int depth, int stringChars, int numberChars) {
  /** Enough for every document of this project: 1 MiB, 32 levels. */
  public static final Limits DEFAULT = new Limits(1 << 20, 32, 1 << 20, 256);

  public Limits withBytes(int max) {
    return new Limits(max, depth, Math.max(stringChars, max), numberChars);
  }

  public Limits withDepth(int max) {
    return new Limits(bytes, max, stringChars, numberChars);
  }
}
