package dev.theca.broker.policy;

import dev.theca.rego.value.ShortFloat;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a plain scalar means to Go's yaml.v3, through which Open Policy Agent reads and writes: two
 * booleans, integers of four bases with underscores, floats of 64 bits. The other booleans of YAML
 * 1.1 are texts, which are written in quotes for those who still take them for booleans.
 */
final class YamlScalars {
  private static final Map<String, Scalar> WORDS = words();
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  private static final Pattern POINT = Pattern.compile("\\.[0-9]+([eE][-+]?[0-9]+)?");
  private static final Pattern TIME =
      Pattern.compile(
          "[0-9]{4}-([0-9]{1,2})-([0-9]{1,2})"
              + "(?:[Tt]([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?"
              + "(?:Z|[-+][0-9]{2}:[0-9]{2})"
              + "| ([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?)?");
  private static final Pattern SEXAGESIMAL =
      Pattern.compile("[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\\.[0-9_]*)?");
  private static final Set<String> OLD_FLAGS =
      Set.of("y Y yes Yes YES on On ON n N no No NO off Off OFF".split(" "));
  private static final BigInteger UNSIGNED = BigInteger.ONE.shiftLeft(64);

  private YamlScalars() {}

  /** What a scalar is: null, a boolean, an integer, a float, or the text itself. */
  sealed interface Scalar {
    record Null() implements Scalar {}

    record Flag(boolean value) implements Scalar {}

    record Whole(BigInteger value) implements Scalar {}

    record Real(double value) implements Scalar {}

    /** A text; one that looks like a time is a text to read, and quoted to write. */
    record Text(String value, boolean time) implements Scalar {}
  }

  private static Map<String, Scalar> words() {
    var words = new HashMap<String, Scalar>();
    for (String word : new String[] {"true", "True", "TRUE"})
      words.put(word, new Scalar.Flag(true));
    for (String word : new String[] {"false", "False", "FALSE"})
      words.put(word, new Scalar.Flag(false));
    for (String word : new String[] {"", "~", "null", "Null", "NULL"})
      words.put(word, new Scalar.Null());
    for (String word : new String[] {".nan", ".NaN", ".NAN"})
      words.put(word, new Scalar.Real(Double.NaN));
    for (String word : new String[] {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"})
      words.put(word, new Scalar.Real(Double.POSITIVE_INFINITY));
    for (String word : new String[] {"-.inf", "-.Inf", "-.INF"})
      words.put(word, new Scalar.Real(Double.NEGATIVE_INFINITY));
    return words;
  }

  static Scalar resolve(String in) {
    Scalar word = WORDS.get(in);
    return word != null ? word : number(in);
  }

  private static Scalar number(String in) {
    char first = in.charAt(0);
    if (first == '.' && POINT.matcher(in).matches()) return real(in, in);
    if (first != '+' && first != '-' && (first < '0' || first > '9'))
      return new Scalar.Text(in, false);
    if (isTime(in)) return new Scalar.Text(in, true);
    if (in.length() > 4096) return new Scalar.Text(in, false);
    String plain = in.replace("_", "");
    BigInteger whole = whole(plain);
    if (whole != null) {
      if (whole.bitLength() < 64 || whole.signum() > 0 && whole.compareTo(UNSIGNED) < 0)
        return new Scalar.Whole(whole);
      if (!FLOAT.matcher(plain).matches()) return new Scalar.Whole(whole);
    }
    return FLOAT.matcher(plain).matches() ? real(plain, in) : new Scalar.Text(in, false);
  }

  private static Scalar real(String digits, String in) {
    double value = Double.parseDouble(digits);
    return Double.isInfinite(value) ? new Scalar.Text(in, false) : new Scalar.Real(value);
  }

  /** Base by prefix: {@code 0x}, {@code 0o} or {@code 0}, {@code 0b}; null where it is none. */
  private static @Nullable BigInteger whole(String plain) {
    int sign = plain.startsWith("-") || plain.startsWith("+") ? 1 : 0;
    String digits = plain.substring(sign);
    int radix = 10;
    if (digits.length() > 1 && digits.charAt(0) == '0') {
      char mark = Character.toLowerCase(digits.charAt(1));
      radix = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
      digits = digits.substring("xbo".indexOf(mark) >= 0 ? 2 : 1);
    }
    if (digits.isEmpty()) return null;
    for (int i = 0; i < digits.length(); i++)
      if (digits.charAt(i) >= 128 || Character.digit(digits.charAt(i), radix) < 0) return null;
    var value = new BigInteger(digits, radix);
    return plain.startsWith("-") ? value.negate() : value;
  }

  private static boolean isTime(String in) {
    var time = TIME.matcher(in);
    if (in.length() > 64 || !time.matches()) return false;
    int month = Integer.parseInt(time.group(1));
    int day = Integer.parseInt(time.group(2));
    if (month < 1 || month > 12 || day < 1) return false;
    int year = Integer.parseInt(in.substring(0, 4));
    if (day > java.time.YearMonth.of(year, month).lengthOfMonth()) return false;
    int from = time.group(3) != null ? 3 : 6;
    if (time.group(from) == null) return true;
    return Integer.parseInt(time.group(from)) < 24
        && Integer.parseInt(time.group(from + 1)) < 60
        && Integer.parseInt(time.group(from + 2)) < 60;
  }

  /** Whether a text can stand without quotes and is read as that text again. */
  static boolean isText(String text) {
    return resolve(text) instanceof Scalar.Text(String _, boolean time)
        && !time
        && !OLD_FLAGS.contains(text)
        && !SEXAGESIMAL.matcher(text).matches();
  }

  /** A float as Go's {@code %g} has it, with an exponent from a million on. */
  static String shortest(double value) {
    if (value == 0) return 1 / value < 0 ? "-0" : "0";
    return ShortFloat.of(ShortFloat.shortest(value), -4, 6);
  }
}
