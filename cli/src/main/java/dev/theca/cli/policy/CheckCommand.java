package dev.theca.cli.policy;

import dev.theca.rego.Policies;
import dev.theca.rego.Policy;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca policy check}. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = 1,
    description = "Says what is wrong with policies, and nothing when nothing is.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:nothing is wrong", "1:something is"})
public final class CheckCommand implements Callable<Integer> {
  /** Of the report. */
  enum Format {
    pretty,
    json
  }

  @Parameters(paramLabel = "PATH", arity = "1..*", description = "files and folders")
  private List<String> paths = List.of();

  @Option(
      names = {"-S", "--strict"},
      description = "unused variables, arguments and imports are mistakes too")
  private boolean strict;

  @Option(
      names = {"-f", "--format"},
      paramLabel = "F",
      defaultValue = "pretty",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private Format format = Format.pretty;

  @Mixin private Versions versions = new Versions();

  /** For the command line. */
  public CheckCommand() {}

  @Override
  public Integer call() {
    return Deep.call(this::run);
  }

  private int run() {
    var console = Console.here();
    try {
      compile(Loader.policies(paths, versions.syntax()), strict);
      return 0;
    } catch (Mistaken e) {
      console.err().println(format == Format.json ? Mistake.json(e.mistakes) : e.text());
      return 1;
    }
  }

  /** The policies, compiled together. */
  static Policy compile(Loaded loaded, boolean strict) throws Mistaken {
    return switch (Policies.compile(loaded.modules(), Engines.setup(strict))) {
      case Outcome.Granted<Policy>(var policy) -> {
        var conflicts = policy.conflicts(loaded.data());
        if (!conflicts.isEmpty()) throw mistaken(loaded, conflicts);
        yield policy;
      }
      case Outcome.Refused<Policy>(var reasons) -> throw mistaken(loaded, reasons);
    };
  }

  private static Mistaken mistaken(Loaded loaded, List<Refusal> reasons) {
    return new Mistaken(false, reasons.stream().map(r -> Mistake.of(r, loaded::text)).toList());
  }
}
