package dev.theca.rego.builtin.time;

import dev.theca.rego.spi.BuiltinFault;
import java.util.List;

/** A place in a text that is read by a layout; its faults name the element that did not fit. */
final class Scan {
  private final String layout;
  private final String text;
  private int at;
  private String element = "";
  private int hold;

  Scan(String layout, String text) {
    this.layout = layout;
    this.text = text;
  }

  /** Says which element is read from here. */
  void element(String of) {
    element = of;
    hold = at;
  }

  BuiltinFault bad() {
    return new BuiltinFault(
        "parsing time "
            + Digits.quoted(text)
            + " as "
            + Digits.quoted(layout)
            + ": cannot parse "
            + Digits.quoted(text.substring(hold))
            + " as "
            + Digits.quoted(element));
  }

  BuiltinFault fault(String message) {
    return new BuiltinFault("parsing time " + Digits.quoted(text) + message);
  }

  void range(boolean within, String what) throws BuiltinFault {
    if (!within) throw fault(": " + what + " out of range");
  }

  void end() throws BuiltinFault {
    if (at < text.length()) throw fault(": extra text: " + Digits.quoted(text.substring(at)));
  }

  /** Passes plain text; runs of spaces are alike. */
  void skip(String plain) throws BuiltinFault {
    for (int i = 0; i < plain.length(); ) {
      boolean space = plain.charAt(i) == ' ';
      boolean fits = at < text.length() ? text.charAt(at) == plain.charAt(i) : space;
      if (!fits) {
        element(plain);
        throw bad();
      }
      if (space) {
        while (i < plain.length() && plain.charAt(i) == ' ') i++;
        while (at < text.length() && text.charAt(at) == ' ') at++;
      } else {
        i++;
        at++;
      }
    }
  }

  void space() {
    if (at < text.length() && text.charAt(at) == ' ') at++;
  }

  boolean take(String word) {
    if (!text.startsWith(word, at)) return false;
    at += word.length();
    return true;
  }

  void mustBeDigit() throws BuiltinFault {
    if (!Digits.at(text, at)) throw bad();
  }

  /** So many chars: digits, or a sign and digits. */
  int signed(int width) throws BuiltinFault {
    if (text.length() - at < width) throw bad();
    boolean sign = text.charAt(at) == '-' || text.charAt(at) == '+';
    int value = digits(sign ? at + 1 : at, at + width);
    at += width;
    return sign && text.charAt(at - width) == '-' ? -value : value;
  }

  /** The number between, of at most 9 digits. */
  private int digits(int from, int to) throws BuiltinFault {
    int value = 0;
    for (int i = from; i < to; i++) {
      if (!Digits.at(text, i)) throw bad();
      value = value * 10 + text.charAt(i) - '0';
    }
    return value;
  }

  /** One digit or two; {@code fixed} asks for two. */
  int number(boolean fixed) throws BuiltinFault {
    mustBeDigit();
    int width = Digits.at(text, at + 1) ? 2 : 1;
    if (fixed && width == 1) throw bad();
    at += width;
    return digits(at - width, at);
  }

  /** One digit to three; {@code fixed} asks for three. */
  int number3(boolean fixed) throws BuiltinFault {
    mustBeDigit();
    int width = Math.min(3, Digits.end(text.substring(at, Math.min(at + 3, text.length())), 0));
    if (fixed && width != 3) throw bad();
    at += width;
    return digits(at - width, at);
  }

  int name(List<String> names) throws BuiltinFault {
    int found = Names.find(names, text, at);
    if (found < 0) throw bad();
    at += names.get(found).length();
    return found;
  }

  boolean fractionFollows() {
    return separator() && Digits.at(text, at + 1);
  }

  private boolean separator() {
    return at < text.length() && (text.charAt(at) == '.' || text.charAt(at) == ',');
  }

  /** All digits after a separator. */
  int anyFraction() throws BuiltinFault {
    return fraction(Digits.end(text, at + 1) - at - 1);
  }

  /** So many digits after a separator, as nanoseconds; what is smaller is cut off. */
  int fraction(int digits) throws BuiltinFault {
    if (text.length() - at < digits + 1 || !separator()) throw bad();
    int used = Math.min(9, digits);
    int nanos = 0;
    if (used > 0) {
      char first = text.charAt(at + 1);
      boolean sign = first == '-' || first == '+';
      nanos = digits(sign ? at + 2 : at + 1, at + 1 + used);
      range(first != '-' || nanos == 0, "fractional second");
    }
    for (int i = used; i < 9; i++) nanos *= 10;
    at += digits + 1;
    return nanos;
  }

  /** An offset in seconds. */
  int offset(Field field) throws BuiltinFault {
    int colon = field.hasColon() ? 1 : 0;
    int width = 3;
    if (field.hasMinutes()) width += 2 + colon;
    if (field.hasSeconds()) width += 2 + colon;
    if (text.length() - at < width) throw bad();
    for (int i = 3; i < width; i += 3) if (colon == 1 && text.charAt(at + i) != ':') throw bad();
    int hours = digits(at + 1, at + 3);
    int minutes = field.hasMinutes() ? digits(at + 3 + colon, at + 5 + colon) : 0;
    int seconds = field.hasSeconds() ? digits(at + width - 2, at + width) : 0;
    range(hours <= 24, "time zone offset hour");
    range(minutes <= 60, "time zone offset minute");
    range(seconds <= 60, "time zone offset second");
    int offset = (hours * 60 + minutes) * 60 + seconds;
    char sign = text.charAt(at);
    if (sign != '+' && sign != '-') throw bad();
    at += width;
    return sign == '-' ? -offset : offset;
  }

  /** Passes an abbreviation of a zone: three to five letters, or a signed hour. */
  void zoneName() throws BuiltinFault {
    int length = zoneLength();
    if (length == 0) throw bad();
    at += length;
  }

  private int zoneLength() {
    if (text.length() - at < 3) return 0;
    if (text.startsWith("ChST", at) || text.startsWith("MeST", at)) return 4;
    if (text.startsWith("GMT", at)) return 3 + signedHour(at + 3);
    if (text.charAt(at) == '+' || text.charAt(at) == '-') return signedHour(at);
    int letters = 0;
    while (letters < 6 && at + letters < text.length() && upper(text.charAt(at + letters)))
      letters++;
    return switch (letters) {
      case 3 -> 3;
      case 4 -> text.charAt(at + 3) == 'T' || text.startsWith("WITA", at) ? 4 : 0;
      case 5 -> text.charAt(at + 4) == 'T' ? 5 : 0;
      default -> 0;
    };
  }

  /** Length of a sign and a number up to 23, 0 if none begins here. */
  private int signedHour(int from) {
    if (from >= text.length() || text.charAt(from) != '+' && text.charAt(from) != '-') return 0;
    int to = Digits.end(text, from + 1);
    if (to == from + 1) return 0;
    int hours = 0;
    for (int i = from + 1; i < to && hours <= 23; i++) hours = hours * 10 + text.charAt(i) - '0';
    return hours > 23 ? 0 : to - from;
  }

  private static boolean upper(char c) {
    return c >= 'A' && c <= 'Z';
  }
}
