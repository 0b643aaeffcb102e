package dev.theca.cli.policy;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code theca policy explain}. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = "Evaluates a query and says in words what it found.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:wrong usage",
      "2:the policies, the query or the evaluation have errors"
    })
public final class ExplainCommand implements Callable<Integer> {
  @Mixin private Asked asked = new Asked();

  /** For the command line. */
  public ExplainCommand() {}

  @Override
  public Integer call() throws IOException {
    var console = Console.here();
    try {
      var result = EvalCommand.evaluate(asked.ready(console));
      result.prints().forEach(console.err()::println);
      console.out().print(Shown.pretty(result));
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
