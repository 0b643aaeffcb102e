package dev.theca.cli.policy;

import dev.theca.rego.Result;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code theca policy eval}. */
@Command(
    name = "eval",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = 1,
    description = "Evaluates a query and prints the result.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:wrong usage; with --fail: undefined; with --fail-defined: defined",
      "2:the policies, the query or the evaluation have errors"
    })
public final class EvalCommand implements Callable<Integer> {
  /** Of the result. */
  enum Format {
    json,
    pretty,
    values,
    bindings,
    raw,
    discard
  }

  @Mixin private Asked asked = new Asked();

  @Option(
      names = {"-f", "--format"},
      paramLabel = "F",
      defaultValue = "json",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private Format format = Format.json;

  @Option(names = "--fail", description = "end with 1 when the result is undefined")
  private boolean fail;

  @Option(names = "--fail-defined", description = "end with 1 when it is defined")
  private boolean failDefined;

  /** For the command line. */
  public EvalCommand() {}

  @Override
  public Integer call() {
    return Deep.call(this::run);
  }

  private int run() throws IOException {
    var console = Console.here();
    try {
      if (fail && failDefined) throw new Fault(1, "specify --fail or --fail-defined but not both");
      var result = evaluate(asked.ready(console));
      result.prints().forEach(console.err()::println);
      console.out().print(shown(result));
      console.out().flush();
      boolean defined = !result.solutions().isEmpty();
      return fail && !defined || failDefined && defined ? 1 : 0;
    } catch (Fault e) {
      console.err().println(e.text());
      return e.exitCode;
    } catch (Mistaken e) {
      if (format == Format.json || format == Format.discard)
        console.out().println(Mistake.json(e.mistakes));
      else console.err().println(Mistake.text(e.mistakes, ""));
      return 2;
    }
  }

  static Result evaluate(Asked.Ready ready) throws Mistaken {
    return switch (ready.query().evaluate(ready.given())) {
      case Outcome.Granted<Result>(var result) -> result;
      case Outcome.Refused<Result>(var reasons) ->
          throw new Mistaken(
              false, reasons.stream().map(r -> Mistake.of(r, _ -> Optional.empty())).toList());
    };
  }

  private String shown(Result result) {
    return switch (format) {
      case json -> Shown.json(result);
      case pretty -> Shown.pretty(result);
      case values -> Shown.values(result);
      case bindings -> Shown.bindings(result);
      case raw -> Shown.raw(result);
      case discard -> Shown.discard(result);
    };
  }
}
