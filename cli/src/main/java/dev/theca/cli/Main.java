package dev.theca.cli;

import picocli.CommandLine;

/** Entry of the {@code theca} command. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    if (args.length == 1 && args[0].equals("--version")) {
      System.out.println(
          "theca "
              + Theca.VERSION); // before the parser loads: the commonest question, answered fast
      return;
    }
    System.exit(new CommandLine(new Theca()).execute(args));
  }
}
