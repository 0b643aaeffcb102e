package dev.theca.rego.builtin.printing;

import dev.theca.rego.spi.Calling;

/** Flags, width and precision of one verb, and the text so far, which every append pays for. */
final class Layout {
  private final Calling context;
  final StringBuilder out = new StringBuilder();

  boolean minus;
  boolean plus;
  boolean sharp;
  boolean space;
  boolean zero;

  /** {@code %+v} and {@code %#v}, for which the flags themselves are off. */
  boolean plusV;

  boolean sharpV;
  boolean hasWidth;
  boolean hasPrecision;
  int width;
  int precision;

  Layout(Calling context) {
    this.context = context;
  }

  void clear() {
    minus = plus = sharp = space = zero = plusV = sharpV = hasWidth = hasPrecision = false;
    width = precision = 0;
  }

  /** {@code #} and {@code +} mean something else for {@code %v}. */
  void goSyntax() {
    sharpV = sharp;
    sharp = false;
    plusV = plus;
    plus = false;
  }

  void append(String text) {
    context.spend(1 + text.length() / 4);
    out.append(text);
  }

  void append(String text, int from, int to) {
    context.spend(1 + (to - from) / 4);
    out.append(text, from, to);
  }

  /** To be called before so much is made. */
  void spend(long units) {
    context.spend(units);
  }

  void padding(int count) {
    if (count <= 0) return;
    context.spend(count);
    out.repeat(zero && !minus ? '0' : ' ', count);
  }

  /** The text in the width. */
  void padded(String text) {
    if (!hasWidth || width == 0) {
      append(text);
      return;
    }
    int missing = width - text.codePointCount(0, text.length());
    if (!minus) padding(missing);
    append(text);
    if (minus) padding(missing);
  }

  /** The text in the width, never with zeros. */
  void spaced(String text) {
    boolean before = zero;
    zero = false;
    padded(text);
    zero = before;
  }
}
