package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a chain must be good for.
 *
 * @param name a host that the leaf must be for; empty: any
 * @param usages one of them must be allowed all along the chain
 * @param comparisons how many names may be held against constraints for one certificate
 */
record VerifyOptions(String name, LocalDateTime now, List<Integer> usages, long comparisons) {
  private static final long COMPARISONS = 250_000;

  /** For a server, now. */
  static VerifyOptions usual(long nowNanos) {
    return new VerifyOptions("", time(nowNanos), List.of(Usage.SERVER), COMPARISONS);
  }

  private static LocalDateTime time(long nanos) {
    return LocalDateTime.ofInstant(Instant.ofEpochSecond(0, nanos), ZoneOffset.UTC);
  }

  static VerifyOptions read(ObjectValue options, long nowNanos) throws BuiltinFault {
    var made = usual(nowNanos);
    for (Value key : options.keys())
      if (key instanceof TextValue(String name)) made = made.with(name, options.get(key));
    return made;
  }

  private VerifyOptions with(String option, @Nullable Value value) throws BuiltinFault {
    return switch (option) {
      case "DNSName" -> {
        if (!(value instanceof TextValue(String text)))
          throw new BuiltinFault("'DNSName' should be a string");
        yield new VerifyOptions(unquoted(text), now, usages, comparisons);
      }
      case "CurrentTime" ->
          new VerifyOptions(name, time(number(value, option, "int64 ")), usages, comparisons);
      case "MaxConstraintComparisons" -> {
        long most = number(value, option, "");
        yield new VerifyOptions(name, now, usages, most == 0 ? COMPARISONS : most);
      }
      case "KeyUsages" -> {
        var asked = usages(value);
        yield asked.isEmpty() ? this : new VerifyOptions(name, now, asked, comparisons);
      }
      default -> throw new BuiltinFault("invalid key option");
    };
  }

  private static long number(@Nullable Value value, String option, String kind)
      throws BuiltinFault {
    if (!(value instanceof NumberValue number))
      throw new BuiltinFault("'" + option + "' should be a number");
    try {
      return number.isLong() ? number.longValue() : number.decimal().longValueExact();
    } catch (ArithmeticException e) {
      throw new BuiltinFault("'" + option + "' should be a valid " + kind + "number");
    }
  }

  private static List<Integer> usages(@Nullable Value value) throws BuiltinFault {
    Iterable<Value> names;
    if (value instanceof ArrayValue array) names = array;
    else if (value instanceof SetValue set) names = set;
    else throw new BuiltinFault("'KeyUsages' should be an Array or Set");
    var found = new ArrayList<Integer>();
    var strangers = new ArrayList<String>();
    for (Value one : names) {
      if (!(one instanceof TextValue(String text))) continue;
      int usage = Usage.named(unquoted(text));
      if (usage >= 0) found.add(usage);
      else strangers.add(unquoted(text));
    }
    if (!strangers.isEmpty())
      throw new BuiltinFault(
          "invalid entries for 'KeyUsages' found: [" + String.join(" ", strangers) + "]");
    return List.copyOf(found);
  }

  private static String unquoted(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && text.charAt(from) == '"') from++;
    while (from < to && text.charAt(to - 1) == '"') to--;
    return text.substring(from, to);
  }
}
