package dev.theca.rego.builtin;

import dev.theca.rego.spi.Calling;

/**
 * Formats as Go's {@code fmt.Sprintf}: verbs, flags, widths, {@code *}, {@code [n]}, and the same
 * complaints in the text where a verb, an argument or an index is wrong.
 */
final class GoFormat {
  private final Calling context;
  private final String format;
  private final Object[] arguments;
  private final StringBuilder out;
  private final GoFlags flags = new GoFlags();
  private final GoVerbs verbs;

  private int at;
  private int next;
  private boolean reordered;
  private boolean goodIndex;
  private boolean afterIndex;

  private GoFormat(Calling context, String format, Object[] arguments) {
    this.context = context;
    this.format = format;
    this.arguments = arguments;
    this.out = new StringBuilder(format.length() + 16 * arguments.length);
    this.verbs = new GoVerbs(out, flags);
  }

  /**
   * Arguments are {@code Long}, {@code BigInteger}, {@code Double}, {@code Boolean} or {@code
   * String}.
   */
  static String of(Calling context, String format, Object... arguments) {
    return new GoFormat(context, format, arguments).run();
  }

  private String run() {
    while (true) {
      int percent = format.indexOf('%', at);
      out.append(format, at, percent < 0 ? format.length() : percent);
      if (percent < 0) break;
      at = percent + 1;
      goodIndex = true;
      flags.clear();
      while (at < format.length() && flags.take(format.charAt(at))) at++;
      if (at < format.length() && isSimple(format.charAt(at))) {
        print(format.charAt(at++));
        continue;
      }
      if (!directive()) {
        out.append("%!(NOVERB)");
        break;
      }
    }
    if (!reordered && next < arguments.length) extra();
    return out.toString();
  }

  private boolean isSimple(char c) {
    return c >= 'a' && c <= 'z' && next < arguments.length;
  }

  /** The rest of a directive; false where the format ends before the verb. */
  private boolean directive() {
    afterIndex = false;
    index();
    width();
    if (at < format.length() && format.charAt(at) == '.') precision();
    if (!afterIndex) index();
    if (at >= format.length()) return false;
    int verb = format.codePointAt(at);
    at += Character.charCount(verb);
    if (verb == '%') out.append('%');
    else if (!goodIndex) complain(verb, "(BADINDEX)");
    else if (next >= arguments.length) complain(verb, "(MISSING)");
    else print(verb);
    return true;
  }

  private void complain(int verb, String what) {
    out.append("%!").appendCodePoint(verb).append(what);
  }

  private void print(int verb) {
    if (verb == 'v') flags.forValue();
    Object argument = arguments[next++];
    int before = out.length();
    context.spend(1L + Math.max(0, flags.width) + Math.max(0, flags.precision));
    verbs.print(argument, verb);
    context.spend((out.length() - before) / 16);
  }

  private void width() {
    if (at < format.length() && format.charAt(at) == '*') {
      at++;
      Integer given = star();
      if (given == null) out.append("%!(BADWIDTH)");
      else {
        flags.width = Math.abs(given);
        if (given < 0) flags.minus = true;
        if (given < 0) flags.zero = false;
      }
      afterIndex = false;
      return;
    }
    flags.width = number();
    if (afterIndex && flags.width >= 0) goodIndex = false;
  }

  private void precision() {
    at++;
    if (afterIndex) goodIndex = false;
    index();
    if (at < format.length() && format.charAt(at) == '*') {
      at++;
      Integer given = star();
      flags.precision = given == null || given < 0 ? -1 : given;
      if (flags.precision < 0) out.append("%!(BADPREC)");
      afterIndex = false;
      return;
    }
    flags.precision = Math.max(0, number());
  }

  /** The next argument as a width, null where it is none. */
  private @org.jspecify.annotations.Nullable Integer star() {
    if (next >= arguments.length) return null;
    Object argument = arguments[next++];
    return argument instanceof Long given
            && Math.abs(given) <= GoFlags.MAX
            && given > -GoFlags.MAX - 1
        ? (Integer) given.intValue()
        : null;
  }

  /** Digits, -1 where there are none; too many end the format, as in Go. */
  private int number() {
    int number = -1;
    for (; at < format.length(); at++) {
      char c = format.charAt(at);
      if (c < '0' || c > '9') break;
      if (number > GoFlags.MAX) {
        at = format.length();
        return -1;
      }
      number = Math.max(number, 0) * 10 + c - '0';
    }
    return number;
  }

  /** {@code [3]}: the next argument is the third. */
  private void index() {
    afterIndex = false;
    if (at >= format.length() || format.charAt(at) != '[') return;
    reordered = true;
    int end = format.length() - at < 3 ? -1 : format.indexOf(']', at + 1);
    context.spend(1 + Math.max(0, end - at) / 16);
    if (end < 0) {
      goodIndex = false;
      at++;
      return;
    }
    int number = indexNumber(at + 1, end);
    at = end + 1;
    if (number >= 1 && number <= arguments.length) next = number - 1;
    else goodIndex = false;
    afterIndex = number >= 0;
  }

  /** Minus one where there is anything but digits, or too many. */
  private int indexNumber(int from, int to) {
    int number = from == to ? -1 : 0;
    for (int i = from; i < to && number >= 0; i++) {
      char c = format.charAt(i);
      number = c < '0' || c > '9' || number > GoFlags.MAX ? -1 : number * 10 + c - '0';
    }
    return number;
  }

  private void extra() {
    flags.clear();
    out.append("%!(EXTRA ");
    for (int i = next; i < arguments.length; i++) {
      if (i > next) out.append(", ");
      out.append(GoVerbs.type(arguments[i])).append('=');
      int before = out.length();
      verbs.print(arguments[i], 'v');
      context.spend(1 + (out.length() - before) / 16);
    }
    out.append(')');
  }
}
