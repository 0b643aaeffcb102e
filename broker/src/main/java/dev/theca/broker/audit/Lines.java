package dev.theca.broker.audit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Lines of a stream as bytes, each bounded; a last line without its end is a line too. */
final class Lines {
  private final InputStream in;
  private long number;
  private boolean tooLong;

  Lines(InputStream in) {
    this.in = new BufferedInputStream(in, 64 << 10);
  }

  /** The next line; empty at the end, or when it is longer than the bound. */
  Optional<byte[]> next(int maxBytes) throws IOException {
    var line = new ByteArrayOutputStream(512);
    number++;
    int c;
    while ((c = in.read()) >= 0 && c != '\n') {
      if (line.size() == maxBytes) {
        tooLong = true;
        return Optional.empty();
      }
      line.write(c);
    }
    return c < 0 && line.size() == 0 ? Optional.empty() : Optional.of(line.toByteArray());
  }

  long number() {
    return number;
  }

  boolean tooLong() {
    return tooLong;
  }
}
