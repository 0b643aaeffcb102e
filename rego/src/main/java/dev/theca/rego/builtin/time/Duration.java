package dev.theca.rego.builtin.time;

import dev.theca.rego.spi.BuiltinFault;
import java.util.Map;

/** Spans of time such as {@code 1h15m30.918s}, in nanoseconds. */
final class Duration {
  private static final Map<String, Long> UNITS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "\u00C2\u00B5s", 1_000L, // the micro sign, byte by byte
          "\u00CE\u00BCs", 1_000L, // the letter mu, byte by byte
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private final String text;
  private int at;

  private Duration(String text) {
    this.text = text;
  }

  static long parse(String text) throws BuiltinFault {
    return new Duration(text).nanos();
  }

  private BuiltinFault invalid() {
    return new BuiltinFault("time: invalid duration " + Digits.quoted(text));
  }

  private long nanos() throws BuiltinFault {
    boolean negative = text.startsWith("-");
    if (negative || text.startsWith("+")) at = 1;
    if (text.startsWith("0", at) && text.length() == at + 1) return 0;
    if (at == text.length()) throw invalid();
    long sum = 0; // unsigned, at most 2^63
    while (at < text.length()) {
      sum += part();
      if (above63(sum)) throw invalid();
    }
    if (!negative && sum < 0) throw invalid();
    return negative ? -sum : sum;
  }

  private static boolean above63(long unsigned) {
    return Long.compareUnsigned(unsigned, Long.MIN_VALUE) > 0;
  }

  private long part() throws BuiltinFault {
    int from = at;
    long whole = integer();
    boolean digits = at > from;
    long fraction = 0;
    double scale = 1;
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
      int to = Digits.end(text, at);
      digits |= to > at;
      for (; at < to; at++) {
        // further digits are too small to count
        if (fraction > Long.MAX_VALUE / 10 || fraction < 0) continue;
        long next = fraction * 10 + text.charAt(at) - '0';
        if (above63(next)) continue;
        fraction = next;
        scale *= 10;
      }
    }
    if (!digits) throw invalid();
    long unit = unit();
    if (Long.compareUnsigned(whole, Long.divideUnsigned(Long.MIN_VALUE, unit)) > 0) throw invalid();
    long value = whole * unit;
    if (fraction != 0) {
      double parts = fraction < 0 ? 0x1p63 : fraction;
      value += (long) (parts * (unit / scale));
      if (above63(value)) throw invalid();
    }
    return value;
  }

  private long integer() throws BuiltinFault {
    long value = 0;
    for (; Digits.at(text, at); at++) {
      if (Long.compareUnsigned(value, Long.divideUnsigned(Long.MIN_VALUE, 10)) > 0) throw invalid();
      value = value * 10 + text.charAt(at) - '0';
      if (above63(value)) throw invalid();
    }
    return value;
  }

  private long unit() throws BuiltinFault {
    int from = at;
    while (at < text.length() && text.charAt(at) != '.' && !Digits.at(text, at)) at++;
    if (at == from) throw new BuiltinFault("time: missing unit in duration " + Digits.quoted(text));
    String name = text.substring(from, at);
    Long unit = UNITS.get(name);
    if (unit == null)
      throw new BuiltinFault(
          "time: unknown unit " + Digits.quoted(name) + " in duration " + Digits.quoted(text));
    return unit;
  }
}
