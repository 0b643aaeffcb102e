package dev.theca.cli;

import dev.theca.cli.line.Narrow;
import dev.theca.cli.sealfs.QuickLine;
import java.util.List;

/** Entry of the {@code theca} command. */
public final class Main {
  private static final int WRONG_USAGE = 64;

  private Main() {}

  public static void main(String[] args) {
    if (args.length == 1 && args[0].equals("--version")) {
      System.out.println(
          "theca "
              + Theca.VERSION); // before the parser loads: the commonest question, answered fast
      return;
    }
    QuickLine.alone(args);
    System.exit(run(args));
  }

  /** Does one command, as a shell would have it done; the exit code. */
  public static int run(String... args) {
    try {
      var done = QuickLine.run(args); // somebody waits for these: before the parser loads
      return done.isPresent() ? done.getAsInt() : parsed(args);
    } catch (Exception e) {
      e.printStackTrace();
      return 1;
    }
  }

  private static int parsed(String... args) {
    var command = Narrow.of(new Theca(), List.of(args));
    for (var sub : command.getSubcommands().values())
      sub.getCommandSpec().exitCodeOnInvalidInput(WRONG_USAGE);
    command.getCommandSpec().exitCodeOnInvalidInput(WRONG_USAGE);
    return command.execute(args);
  }
}
