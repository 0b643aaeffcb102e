package dev.theca.cli.registry;

import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A password from a terminal, without echo, or from the first line of standard input. */
final class PasswordInput {
  private static final int MAX_BYTES = 1024;

  private PasswordInput() {}

  static Secret read(String prompt) throws IOException {
    var console = System.console();
    if (console == null || !console.isTerminal()) return firstLine();
    char[] typed = console.readPassword("%s", prompt);
    if (typed == null) return Secret.moveFrom(new byte[0]);
    var encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(typed));
    byte[] bytes = Arrays.copyOf(encoded.array(), encoded.limit());
    Arrays.fill(encoded.array(), (byte) 0);
    Arrays.fill(typed, '\0');
    return Secret.moveFrom(bytes);
  }

  private static Secret firstLine() throws IOException {
    byte[] line = new byte[MAX_BYTES];
    int n = 0;
    for (int b = System.in.read(); b >= 0 && b != '\n' && n < line.length; b = System.in.read())
      line[n++] = (byte) b;
    if (n > 0 && line[n - 1] == '\r') n--;
    byte[] password = Arrays.copyOf(line, n);
    Arrays.fill(line, (byte) 0);
    return Secret.moveFrom(password);
  }
}
