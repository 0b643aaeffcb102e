package dev.theca.node.io;

import dev.theca.node.runc.Streams;
import java.time.Duration;
import java.util.HashMap;
import java.util.Optional;

/**
 * Streams without a terminal: the process writes into the ends themselves, so that no output is
 * copied and all of it survives a restart of this daemon; only input is.
 */
final class DirectIo implements ProcessIo {
  private final Optional<PipedInput> input;
  private final Outputs outputs;

  private DirectIo(Optional<PipedInput> input, Outputs outputs) {
    this.input = input;
    this.outputs = outputs;
  }

  static DirectIo open(Stdio names, IoSetup setup) {
    Optional<PipedInput> input =
        names.in().isEmpty() ? Optional.empty() : Optional.of(PipedInput.open(names.in(), setup));
    try {
      return new DirectIo(input, Outputs.open(names.out(), names.err(), setup));
    } catch (RuntimeException e) {
      input.ifPresent(PipedInput::close);
      throw e;
    }
  }

  static DirectIo goOn(Stdio names, Kept left) {
    return new DirectIo(PipedInput.goOn(names.in(), left), Outputs.goOn(left));
  }

  /** Input went through a pipe of the daemon that died: the process has seen its end. */
  static DirectIo reopen(Stdio names) {
    return new DirectIo(Optional.empty(), Outputs.reopen(names.out(), names.err()));
  }

  @Override
  public Kept leave() {
    var kept = outputs.kept();
    return input
        .map(in -> in.leave(kept, outputs.program()))
        .orElseGet(() -> Kept.outputs(kept, outputs.program()));
  }

  @Override
  public Streams streams() {
    var descriptors = new HashMap<>(outputs.writing());
    input.ifPresent(in -> descriptors.put(0, in.reading()));
    return Streams.of(descriptors);
  }

  @Override
  public void started() {
    outputs.given();
    input.ifPresent(PipedInput::started);
  }

  @Override
  public void running() {
    input.ifPresent(PipedInput::running);
  }

  @Override
  public void closeInput() {
    input.ifPresent(PipedInput::end);
  }

  @Override
  public void resize(int columns, int rows) {
    // there is no terminal
  }

  @Override
  public void exited() {
    input.ifPresent(PipedInput::close);
  }

  @Override
  public boolean drain(Duration limit) {
    return outputs.drain(limit);
  }

  @Override
  public void close() {
    input.ifPresent(PipedInput::close);
    outputs.close();
  }
}
