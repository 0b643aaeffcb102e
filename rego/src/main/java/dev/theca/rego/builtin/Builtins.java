package dev.theca.rego.builtin;

import dev.theca.rego.builtin.crypto.CertificateFunctions;
import dev.theca.rego.builtin.crypto.DigestFunctions;
import dev.theca.rego.builtin.crypto.RequestSigning;
import dev.theca.rego.builtin.crypto.TokenFunctions;
import dev.theca.rego.builtin.graphql.GraphQl;
import dev.theca.rego.builtin.printing.PrintingFunctions;
import dev.theca.rego.builtin.time.TimeFunctions;
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
            ArrayOps.list(),
            Bits.list(),
            Captured.list(),
            Casts.list(),
            CertificateFunctions.list(),
            Cidrs.list(),
            Comparison.list(),
            Cutting.list(),
            DigestFunctions.list(),
            Encodings.list(),
            Globs.list(),
            GraphQl.list(),
            Graphs.list(),
            Joining.list(),
            JsonOps.list(),
            JsonPatch.list(),
            JsonPaths.list(),
            JsonSchema.list(),
            Members.list(),
            ModuleParsing.list(),
            NumberRanges.list(),
            NumberText.list(),
            ObjectOps.list(),
            PrintingFunctions.list(),
            QueryStrings.list(),
            Refused.list(),
            Regexes.list(),
            Replacing.list(),
            RequestSigning.list(),
            Searching.list(),
            SetOps.list(),
            Subset.list(),
            Surroundings.list(),
            TimeFunctions.list(),
            TokenFunctions.list(),
            Units.list(),
            Uuids.list(),
            Versions.list(),
            Walking.list(),
            YamlOps.list())
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
