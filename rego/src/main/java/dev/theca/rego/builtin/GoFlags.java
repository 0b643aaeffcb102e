package dev.theca.rego.builtin;

/** What stands between a percent sign and its verb. */
final class GoFlags {
  /** Wider than this is not taken for a number: Go's own bound. */
  static final int MAX = 1_000_000;

  /** Minus one where none is given. */
  int width = -1;

  /** Minus one where none is given. */
  int precision = -1;

  boolean minus;
  boolean plus;
  boolean sharp;
  boolean space;
  boolean zero;

  /** {@code %+v}: a flag of the verb, no sign. */
  boolean plusV;

  /** {@code %#v}. */
  boolean sharpV;

  void clear() {
    width = -1;
    precision = -1;
    minus = plus = sharp = space = zero = plusV = sharpV = false;
  }

  /** Takes one flag, and says whether it was one. */
  boolean take(char c) {
    switch (c) {
      case '#' -> sharp = true;
      case '0' -> zero = true;
      case '+' -> plus = true;
      case '-' -> minus = true;
      case ' ' -> space = true;
      default -> {
        return false;
      }
    }
    return true;
  }

  /** For {@code %v} the flags mean something else. */
  void forValue() {
    sharpV = sharp;
    plusV = plus;
    sharp = plus = false;
  }

  /** Appends a text, filled up to the width; zeros go to the left only. */
  void pad(String text, boolean zeros, StringBuilder out) {
    int missing = width < 0 ? 0 : width - text.codePointCount(0, text.length());
    if (missing > 0 && !minus) out.repeat(zeros && zero ? '0' : ' ', missing);
    out.append(text);
    if (missing > 0 && minus) out.repeat(' ', missing);
  }
}
