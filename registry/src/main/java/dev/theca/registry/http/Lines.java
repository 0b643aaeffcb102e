package dev.theca.registry.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Lines of visible ASCII that end in CRLF, within a budget of bytes for all of them. */
final class Lines {
  private final InputStream in;
  private final byte[] line;
  private int budget;

  Lines(InputStream in, int budgetBytes) {
    this.in = in;
    this.budget = budgetBytes;
    this.line = new byte[Math.min(budgetBytes, 16 << 10)];
  }

  String next() throws IOException {
    return next(in.read());
  }

  String next(int first) throws IOException {
    int n = 0;
    for (int b = first; b != '\n'; b = in.read()) {
      if (b < 0) throw new EOFException("the connection ended inside of a head");
      if (--budget < 0 || n == line.length)
        throw new BadRequestException(431, "a request head that is too large");
      if (n > 0 && line[n - 1] == '\r' || b != '\r' && b != '\t' && (b < ' ' || b > '~'))
        throw new BadRequestException(400, "a control or non-ASCII character in the head");
      line[n++] = (byte) b;
    }
    if (n == 0 || line[n - 1] != '\r')
      throw new BadRequestException(400, "a line that does not end in CRLF");
    return new String(line, 0, n - 1, StandardCharsets.US_ASCII);
  }
}
