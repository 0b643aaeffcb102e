package dev.theca.cli.policy;

import dev.theca.rego.Explanation;
import dev.theca.rego.Hidden;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code theca policy explain}. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = 1,
    description = {
      "Evaluates a query and says why it came out so: every rule that was asked,",
      "and the condition that stood in the way with what it saw."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:wrong usage",
      "2:the policies, the query or the evaluation have errors"
    })
public final class ExplainCommand implements Callable<Integer> {
  @Mixin private Asked asked = new Asked();

  @Option(
      names = "--hide",
      paramLabel = "PATH",
      description = "never show what stands there, such as input.token (repeatable)")
  private List<String> hide = List.of();

  /** For the command line. */
  public ExplainCommand() {}

  @Override
  public Integer call() {
    return Deep.call(this::run);
  }

  private int run() throws IOException {
    var console = Console.here();
    try {
      var ready = asked.ready(console);
      var paths = hide.stream().map(path -> List.of(path.split("\\."))).toList();
      var explanation = ready.query().explain(ready.given(), Hidden.below(ready.given(), paths));
      switch (explanation) {
        case Outcome.Granted<Explanation>(var done) ->
            console.out().print(ExplanationText.of(ready.text(), done));
        case Outcome.Refused<Explanation>(var reasons) ->
            throw new Mistaken(
                false, reasons.stream().map(r -> Mistake.of(r, _ -> Optional.empty())).toList());
      }
      console.out().flush();
      return 0;
    } catch (Fault e) {
      console.err().println(e.text());
      return e.exitCode;
    } catch (Mistaken e) {
      console.err().println(Mistake.text(e.mistakes, ""));
      return 2;
    }
  }
}
