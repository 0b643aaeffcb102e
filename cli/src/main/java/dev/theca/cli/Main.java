package dev.theca.cli;

import picocli.CommandLine;

/** Entry of the {@code theca} command. */
public final class Main {
  private static final int WRONG_USAGE = 64;

  /** It warns about options that unix sockets do not have; kept here, or the setting is lost. */
  private static final java.util.logging.Logger NETTY =
      java.util.logging.Logger.getLogger("io.netty");

  private Main() {}

  public static void main(String[] args) {
    if (args.length == 1 && args[0].equals("--version")) {
      System.out.println(
          "theca "
              + Theca.VERSION); // before the parser loads: the commonest question, answered fast
      return;
    }
    NETTY.setLevel(java.util.logging.Level.SEVERE);
    var command = new CommandLine(new Theca());
    for (var sub : command.getSubcommands().values())
      sub.getCommandSpec().exitCodeOnInvalidInput(WRONG_USAGE);
    command.getCommandSpec().exitCodeOnInvalidInput(WRONG_USAGE);
    System.exit(command.execute(args));
  }
}
