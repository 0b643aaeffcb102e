package dev.theca.node.io;

import dev.theca.linux.Fd;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Input through a pipe. Handing the FIFO itself to the process would save the copy, but a process
 * that opens {@code /dev/stdin} anew after the input has ended would then wait for ever: opening a
 * FIFO without a writer blocks, opening a pipe does not (fifo(7), and fifo_open in the kernel). The
 * FIFO is opened when the process is to run and not before: a client whose input ends at once would
 * otherwise notice it before it knows of a task whose input it could close.
 */
final class PipedInput {
  private static final Duration MOMENT = Duration.ofSeconds(2);

  private final String name;
  private final Fd reading;
  private final Fd writing;
  private Optional<Input> input = Optional.empty();
  private Optional<Relay> relay = Optional.empty();
  private boolean ended;
  private boolean closed;
  private volatile boolean leaving;
  private volatile boolean over;

  private PipedInput(String name, Fd reading, Fd writing) {
    this.name = name;
    this.reading = reading;
    this.writing = writing;
  }

  static PipedInput open(String name, IoSetup setup) {
    boolean unused = Names.isFifo(Names.path(name)); // a missing one is said before anything runs
    Fd[] pipe = Fd.pipe();
    var piped = new PipedInput(name, pipe[0], pipe[1]);
    try {
      Names.own(pipe[0], setup);
      pipe[1].blocking(false);
      return piped;
    } catch (RuntimeException e) {
      piped.close();
      throw e;
    }
  }

  /** Goes on with what was left; before the process ran, with the pipe alone. */
  static Optional<PipedInput> goOn(String name, Kept left) {
    if (left.pipe().isEmpty()) return Optional.empty();
    Fd writing = Fd.goOn(left.pipe().getAsInt());
    var piped = new PipedInput(name, writing, writing);
    Input.goOn(left).ifPresent(source -> piped.copy(source, left.ahead()));
    return Optional.of(piped);
  }

  /** Stops copying; what another program needs to go on. */
  Kept leave(List<Integer> kept, long program) {
    leaving = true;
    Optional<Relay> running;
    synchronized (this) {
      running = relay;
    }
    running.ifPresent(Relay::stop);
    boolean rests = running.isEmpty() || running.get().await(MOMENT) && !over;
    var none = OptionalInt.empty();
    return new Kept(
        none,
        rests ? Kept.number(input.map(Input::reading)) : none,
        rests ? Kept.number(input.flatMap(Input::writing)) : none,
        rests ? Kept.number(Optional.of(writing)) : none,
        kept,
        none,
        program,
        running.map(Relay::ahead).orElse(new byte[0]));
  }

  /** The process's end. */
  Fd reading() {
    return reading;
  }

  /** The process holds its end now. */
  void started() {
    reading.close();
  }

  /** The process is about to run. */
  synchronized void running() {
    if (closed || relay.isPresent()) return;
    Input source = Input.open(name);
    if (ended) source.end();
    copy(source, new byte[0]);
  }

  private synchronized void copy(Input source, byte[] ahead) {
    input = Optional.of(source);
    relay =
        Optional.of(Relay.start("input", source.reading(), writing, ahead, () -> copied(source)));
  }

  /** On the relay's thread: the source has ended, or it was stopped. */
  private void copied(Input source) {
    if (leaving) {
      Optional<Relay> stopped;
      synchronized (this) {
        stopped = relay;
      }
      if (stopped.map(Relay::wasStopped).orElse(false)) return;
    }
    over = true;
    writing.close();
    source.close();
  }

  synchronized void end() {
    ended = true;
    input.ifPresent(Input::end);
  }

  /** Nobody reads any more. */
  synchronized void close() {
    closed = true;
    end();
    if (reading != writing) reading.close();
    if (relay.isPresent()) relay.get().stop();
    else writing.close();
  }
}
