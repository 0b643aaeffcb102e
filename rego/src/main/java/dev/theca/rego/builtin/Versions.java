package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code semver.compare} and {@code semver.is_valid}; a {@code v} in front is let pass. */
final class Versions {
  private Versions() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of(
            "semver.is_valid",
            "any -> boolean",
            (context, a) -> {
              if (!(a[0] instanceof TextValue(String text))) return Value.of(false);
              context.spend(text.length() / 8 + 1);
              return Value.of(Version.parse(text) != null);
            }),
        Builtin.of(
            "semver.compare",
            "string, string -> number",
            (context, a) -> {
              Searching.pay(context, a);
              return NumberValue.of(version(a[0], 1).compareTo(version(a[1], 2)));
            }));
  }

  private static Version version(Value operand, int place) throws BuiltinFault {
    String text = Searching.text(operand);
    Version version = Version.parse(text);
    if (version != null) return version;
    throw new BuiltinFault("operand " + place + ": string " + operand + " is not a valid SemVer");
  }

  private record Version(long major, long minor, long patch, String before)
      implements Comparable<Version> {
    static @Nullable Version parse(String text) {
      String rest = text.startsWith("v") ? text.substring(1) : text;
      int plus = rest.indexOf('+');
      if (plus >= 0 && !areNames(rest.substring(plus + 1), true)) return null;
      if (plus >= 0) rest = rest.substring(0, plus);
      int minus = rest.indexOf('-');
      String before = minus < 0 ? "" : rest.substring(minus + 1);
      if (minus >= 0 && !areNames(before, false)) return null;
      String[] parts = (minus < 0 ? rest : rest.substring(0, minus)).split("\\.", 4);
      if (parts.length != 3) return null;
      for (String part : parts)
        if (!isNumber(part) || isPadded(part) || part.length() > 19 || isTooLarge(part))
          return null;
      return new Version(
          Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]), before);
    }

    /** Names with dots between them; numbers among them have no zero in front, but in builds. */
    private static boolean areNames(String text, boolean padded) {
      for (String name : text.split("\\.", -1)) {
        if (name.isEmpty() || !padded && isNumber(name) && isPadded(name)) return false;
        for (int i = 0; i < name.length(); i++)
          if (name.charAt(i) != '-' && !isAlphanumeric(name.charAt(i))) return false;
      }
      return true;
    }

    private static boolean isPadded(String digits) {
      return digits.length() > 1 && digits.charAt(0) == '0';
    }

    private static boolean isTooLarge(String digits) {
      return new BigInteger(digits).bitLength() > 63;
    }

    private static boolean isAlphanumeric(char c) {
      return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    static boolean isNumber(String text) {
      for (int i = 0; i < text.length(); i++)
        if (text.charAt(i) < '0' || text.charAt(i) > '9') return false;
      return !text.isEmpty();
    }

    @Override
    public int compareTo(Version other) {
      int order = Long.compare(major, other.major);
      if (order == 0) order = Long.compare(minor, other.minor);
      if (order == 0) order = Long.compare(patch, other.patch);
      if (order != 0 || before.equals(other.before)) return order;
      if (before.isEmpty() || other.before.isEmpty()) return before.isEmpty() ? 1 : -1;
      String[] a = before.split("\\.", -1);
      String[] b = other.before.split("\\.", -1);
      for (int i = 0; i < Math.min(a.length, b.length); i++) {
        order = names(a[i], b[i]);
        if (order != 0) return order;
      }
      return Integer.compare(a.length, b.length);
    }

    /** Numbers before words; a number that is too large counts as the largest, as in Go. */
    private static int names(String a, String b) {
      boolean number = isNumber(a);
      if (number != isNumber(b)) return number ? -1 : 1;
      return number ? Long.compare(clamped(a), clamped(b)) : Integer.signum(a.compareTo(b));
    }

    private static long clamped(String digits) {
      try {
        return Long.parseLong(digits);
      } catch (NumberFormatException e) {
        return Long.MAX_VALUE;
      }
    }
  }
}
