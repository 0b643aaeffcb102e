package dev.theca.cli.policy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** What a command ended with and wrote. */
record Ran(int exitCode, String out, String err) {
  /** {@code theca policy} with these arguments. */
  static Ran policy(String... arguments) {
    return policyWith("", arguments);
  }

  /** The same with something on standard input. */
  static synchronized Ran policyWith(String input, String... arguments) {
    var out = System.out;
    var err = System.err;
    var in = System.in;
    var written = new ByteArrayOutputStream();
    var wrong = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(wrong, true, StandardCharsets.UTF_8));
      System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
      int code = new CommandLine(new PolicyCommand()).execute(arguments);
      return new Ran(
          code, written.toString(StandardCharsets.UTF_8), wrong.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
      System.setIn(in);
    }
  }
}
