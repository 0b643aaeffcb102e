package dev.theca.node.io;

import dev.theca.linux.Fd;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A FIFO that a client writes for a process. A writing end stays open here, so that a client that
 * merely goes away ends nothing: when it is closed, what was written is still read, and the end
 * comes once the client's own end is closed too.
 */
final class Input {
  private final Fd reading;
  private final Fd writing;

  private volatile boolean ended;

  private Input(Fd reading, Fd writing) {
    this.reading = reading;
    this.writing = writing;
  }

  static Input open(String name) {
    Path path = Names.path(name);
    Fd reading = Fd.open(path, Fd.O_RDONLY | Fd.O_NONBLOCK);
    try {
      return new Input(reading, Names.isFifo(path) ? Fd.open(path, Fd.O_WRONLY) : reading);
    } catch (RuntimeException e) {
      reading.close();
      throw e;
    }
  }

  /** Goes on with what was left: the writing end is no longer there when the input had ended. */
  static Optional<Input> goOn(Kept left) {
    if (left.source().isEmpty()) return Optional.empty();
    Fd reading = Fd.goOn(left.source().getAsInt());
    if (left.input().isPresent())
      return Optional.of(new Input(reading, Fd.goOn(left.input().getAsInt())));
    var input = new Input(reading, Fd.open(Path.of("/dev/null"), Fd.O_WRONLY));
    input.end();
    return Optional.of(input);
  }

  /** Our writing end, as long as input may come. */
  Optional<Fd> writing() {
    return ended || !isFifo() ? Optional.empty() : Optional.of(writing);
  }

  /** Where the bytes come from; reading does not block. */
  Fd reading() {
    return reading;
  }

  /** Whether it is a FIFO: a file needs no relay, and cannot have one. */
  boolean isFifo() {
    return writing != reading;
  }

  /** Closes our writing end. */
  void end() {
    ended = true;
    if (isFifo()) writing.close();
  }

  void close() {
    reading.close();
    writing.close();
  }
}
