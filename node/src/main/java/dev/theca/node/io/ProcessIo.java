package dev.theca.node.io;

import dev.theca.node.runc.Streams;
import java.time.Duration;

/**
 * The open standard streams of one process. The order of its life: {@link #streams} for the
 * runtime's call, {@link #started} or {@link #close} after it, {@link #running}, {@link #exited}
 * when the process has ended, {@link #close} at last. Closing twice is no error.
 */
public interface ProcessIo extends AutoCloseable {
  /** Opens what the names say; a name that cannot be opened is a fault and leaves nothing open. */
  static ProcessIo open(Stdio names, IoSetup setup) {
    return names.terminal() ? TerminalIo.open(names, setup) : DirectIo.open(names, setup);
  }

  /** Goes on with streams that were left. */
  static ProcessIo goOn(Stdio names, Kept kept) {
    return names.terminal() ? TerminalIo.goOn(kept) : DirectIo.goOn(names, kept);
  }

  /**
   * Opens our ends again by their names, after a daemon that died: a terminal is lost, and of a
   * process without one only what was in a pipe to a logging program.
   */
  static ProcessIo reopen(Stdio names) {
    return DirectIo.reopen(names);
  }

  /** For the runtime, which passes them on to the process. */
  Streams streams();

  /** The process holds its ends now. */
  void started();

  /** The process is about to run. */
  void running();

  /** Ends the input: the process sees its end once every other writer is gone. */
  void closeInput();

  /** Sets the size of the terminal, in characters; nothing without one. */
  void resize(int columns, int rows);

  /** Copies nothing any more and closes nothing; what another program needs to go on. */
  Kept leave();

  /** No more input is needed. */
  void exited();

  /** Waits until what was written has arrived; false when the limit passed before. */
  boolean drain(Duration limit);

  @Override
  void close();
}
