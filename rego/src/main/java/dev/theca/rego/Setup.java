package dev.theca.rego;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.RegexEngine;
import dev.theca.rego.spi.YamlEngine;
import java.util.ArrayList;
import java.util.List;

/**
 * What a host gives to the policies that it compiles.
 *
 * @param functions of the host's own, beside those of the language
 * @param strict whether unused variables, arguments and imports are refused
 */
public record Setup(List<Builtin> functions, RegexEngine regex, YamlEngine yaml, boolean strict) {
  public Setup {
    functions = List.copyOf(functions);
  }

  /** Nothing: no functions, no regular expressions, no YAML. */
  public static Setup plain() {
    return new Setup(List.of(), RegexEngine.none(), YamlEngine.none(), false);
  }

  /** With these functions too. */
  public Setup withFunctions(List<Builtin> more) {
    var all = new ArrayList<>(functions);
    all.addAll(more);
    return new Setup(all, regex, yaml, strict);
  }

  /** With these regular expressions. */
  public Setup withRegex(RegexEngine engine) {
    return new Setup(functions, engine, yaml, strict);
  }

  /** With this YAML. */
  public Setup withYaml(YamlEngine engine) {
    return new Setup(functions, regex, engine, strict);
  }

  /** Strict, or not. */
  public Setup withStrict(boolean yes) {
    return new Setup(functions, regex, yaml, yes);
  }
}
