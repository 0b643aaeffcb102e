package dev.theca.cli.policy;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Where a command reads and writes: UTF-8, whatever the terminal is set to. */
record Console(PrintStream out, PrintStream err) {
  /** Of this process, as it is now. */
  static Console here() {
    return new Console(
        new PrintStream(System.out, true, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8));
  }

  /** All that comes in. */
  byte[] in() throws IOException {
    return System.in.readAllBytes();
  }
}
