package dev.theca.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs other programs to their end; a failure carries the command and what it printed. */
final class Commands {
  private Commands() {}

  static void run(String... command) {
    output(command);
  }

  /** Standard output and error of a command that must succeed. */
  static String output(String... command) {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0)
        throw new IllegalStateException(List.of(command) + " ended with " + code + ":\n" + printed);
      return printed;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command[0], e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + command[0] + " ran", e);
    }
  }
}
