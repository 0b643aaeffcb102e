package dev.theca.node.task;

import dev.theca.linux.Fd;
import dev.theca.node.runc.Streams;
import dev.theca.wire.ttrpc.TtrpcException;
import dev.theca.wire.ttrpc.TtrpcStatus;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The standard streams that containerd names: FIFOs (or files), given straight to the process. One
 * end of each is kept open here as long as the process lives, so that a reader that comes and goes
 * breaks nothing; input ends when the runtime says so.
 */
final class Stdio implements AutoCloseable {
  private final List<Fd> kept = new ArrayList<>();
  private final String in;
  private final String out;
  private final String err;
  private Fd input = NONE;

  private static final Fd NONE = Fd.open(Path.of("/dev/null"), Fd.O_RDONLY);

  /** The names as containerd gave them; empty = none. */
  Stdio(String in, String out, String err) {
    this.in = in;
    this.out = out;
    this.err = err;
  }

  /** Opens what is needed for a start of the process. */
  Streams open() {
    return new Streams(input(), output(out), output(err));
  }

  private Redirect input() {
    if (in.isEmpty()) return Streams.none().in();
    Path path = path(in);
    input = Fd.open(path, Fd.O_RDWR | Fd.O_NONBLOCK);
    return Redirect.from(path.toFile());
  }

  private Redirect output(String name) {
    if (name.isEmpty()) return Redirect.DISCARD;
    Path path = path(name);
    if (!name.startsWith("file://")) kept.add(Fd.open(path, Fd.O_RDONLY | Fd.O_NONBLOCK));
    return Redirect.appendTo(path.toFile());
  }

  private static Path path(String name) {
    for (String scheme : List.of("fifo://", "file://"))
      if (name.startsWith(scheme)) return Path.of(name.substring(scheme.length()));
    if (name.startsWith("/")) return Path.of(name);
    throw new TtrpcException(
        TtrpcStatus.INVALID_ARGUMENT, "streams are FIFOs or files, not " + name);
  }

  /** Ends the input: the process sees its end once every other writer is gone. */
  synchronized void closeInput() {
    if (input != NONE) input.close();
  }

  String in() {
    return in;
  }

  String out() {
    return out;
  }

  String err() {
    return err;
  }

  @Override
  public synchronized void close() {
    closeInput();
    kept.forEach(Fd::close);
    kept.clear();
  }
}
