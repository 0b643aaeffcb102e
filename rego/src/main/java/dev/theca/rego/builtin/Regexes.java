package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.spi.RegexEngine;
import dev.theca.rego.spi.RegexWeight;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code regex.*} through the host's engine; a pattern is compiled once in an evaluation. */
final class Regexes {
  private Regexes() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("regex.match", "string, string -> boolean", Regexes::match),
        Builtin.of("re_match", "string, string -> boolean", Regexes::match),
        Builtin.of("regex.is_valid", "any -> boolean", Regexes::isValid),
        Builtin.of("regex.split", "string, string -> array", Regexes::split),
        Builtin.of("regex.find_n", "string, string, number -> array", Regexes::find),
        Builtin.of(
            "regex.find_all_string_submatch_n",
            "string, string, number -> array",
            Regexes::submatches),
        Builtin.of("regex.replace", "string, string, string -> string", Regexes::replace),
        Builtin.of(
            "regex.template_match", "string, string, string, string -> boolean", Regexes::template),
        Builtin.of(
            "regex.globs_match",
            "string, string -> boolean",
            (c, a) -> Value.of(GlobIntersection.exists(c, text(a[0]), text(a[1])))));
  }

  private record Key(String pattern) {}

  private record Compiled(RegexEngine.@Nullable Pattern pattern, String fault) {}

  /** The pattern, ready. */
  static RegexEngine.Pattern compile(Calling context, String pattern) throws BuiltinFault {
    var compiled = context.once(new Key(pattern), () -> compiled(context, pattern));
    RegexEngine.Pattern ready = compiled.pattern();
    if (ready == null) throw new BuiltinFault(compiled.fault());
    return ready;
  }

  private static Compiled compiled(Calling context, String pattern) {
    context.spend(16L + 4L * pattern.length());
    try {
      context.spend(RegexWeight.of(pattern));
      return new Compiled(context.regex().compile(pattern), "");
    } catch (BuiltinFault e) {
      return new Compiled(null, String.valueOf(e.getMessage()));
    }
  }

  private static String text(Value value) {
    return ((TextValue) value).text();
  }

  private static Value match(Calling context, Value[] a) throws BuiltinFault {
    return Value.of(compile(context, text(a[0])).find(text(a[1]), context::spend));
  }

  /** Also of what is no string: no. */
  private static Value isValid(Calling context, Value[] a) {
    try {
      if (!(a[0] instanceof TextValue(String pattern))) return BoolValue.FALSE;
      compile(context, pattern);
      return BoolValue.TRUE;
    } catch (BuiltinFault e) {
      return BoolValue.FALSE;
    }
  }

  private static List<int[]> matches(Calling context, Value pattern, Value text, long limit)
      throws BuiltinFault {
    int most = limit < 0 ? -1 : (int) Math.min(limit, Integer.MAX_VALUE);
    List<int[]> matches = compile(context, text(pattern)).matches(text(text), most, context::spend);
    for (int[] match : matches) context.spend(1L + match.length);
    return matches;
  }

  private static Value find(Calling context, Value[] a) throws BuiltinFault {
    var found = new ArrayList<Value>();
    for (int[] match : matches(context, a[0], a[1], Wrong.integer(a[2], 3)))
      found.add(group(text(a[1]), match, 0));
    return ArrayValue.of(found);
  }

  private static Value submatches(Calling context, Value[] a) throws BuiltinFault {
    var found = new ArrayList<Value>();
    for (int[] match : matches(context, a[0], a[1], Wrong.integer(a[2], 3))) {
      Value[] groups = new Value[match.length / 2];
      for (int i = 0; i < groups.length; i++) {
        groups[i] = group(text(a[1]), match, i);
        context.spend(text(groups[i]).length());
      }
      found.add(ArrayValue.owning(groups));
    }
    return ArrayValue.of(found);
  }

  /** A group that took no part is empty. */
  private static Value group(String text, int[] match, int group) {
    int from = match[2 * group];
    return Value.of(from < 0 ? "" : text.substring(from, match[2 * group + 1]));
  }

  /** What lies between the matches; an empty match at the very begin parts nothing. */
  private static Value split(Calling context, Value[] a) throws BuiltinFault {
    String text = text(a[1]);
    if (!text(a[0]).isEmpty() && text.isEmpty()) {
      compile(context, text(a[0]));
      return ArrayValue.owning(a[1]);
    }
    var parts = new ArrayList<Value>();
    int begin = 0;
    int end = 0;
    for (int[] match : matches(context, a[0], a[1], -1)) {
      end = match[0];
      if (match[1] != 0) parts.add(Value.of(text.substring(begin, end)));
      begin = match[1];
    }
    if (end != text.length()) parts.add(Value.of(text.substring(begin)));
    return ArrayValue.of(parts);
  }

  private static Value replace(Calling context, Value[] a) throws BuiltinFault {
    String text = text(a[0]);
    List<int[]> matches = matches(context, a[1], a[0], -1);
    if (matches.isEmpty()) return a[0];
    var expansion = RegexExpansion.of(context, text(a[2]), compile(context, text(a[1])).groups());
    var out = new StringBuilder();
    int from = 0;
    for (int[] match : matches) {
      out.append(text, from, match[0]);
      expansion.write(context, text, match, out);
      from = match[1];
    }
    return Value.of(out.append(text, from, text.length()).toString());
  }

  private static Value template(Calling context, Value[] a) throws BuiltinFault {
    String pattern = RegexTemplate.pattern(context, text(a[0]), text(a[2]), text(a[3]));
    return Value.of(compile(context, pattern).find(text(a[1]), context::spend));
  }
}
