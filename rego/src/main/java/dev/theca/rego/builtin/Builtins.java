package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The functions of the language, by name. */
public final class Builtins {
  private static final Map<String, Builtin> ALL = all();

  private Builtins() {}

  private static Map<String, Builtin> all() {
    var list = new ArrayList<Builtin>();
    List.of(
            Affixes.list(),
            Aggregates.list(),
            Arithmetic.list(),
            Bits.list(),
            Casts.list(),
            Comparison.list(),
            Cutting.list(),
            Formatting.list(),
            GoTemplate.list(),
            Joining.list(),
            NumberRanges.list(),
            NumberText.list(),
            Replacing.list(),
            Searching.list(),
            Units.list(),
            Uuids.list(),
            Versions.list())
        .forEach(list::addAll);
    var byName = new LinkedHashMap<String, Builtin>();
    for (var one : list)
      if (byName.put(one.name(), one) != null) throw new IllegalStateException(one.name());
    return Map.copyOf(byName);
  }

  /** Every function by name; operators have names of their own, such as {@code plus}. */
  public static Map<String, Builtin> byName() {
    return ALL;
  }
}
