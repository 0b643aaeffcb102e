package dev.theca.node.io;

import dev.theca.linux.ConsoleSocket;
import dev.theca.linux.Fd;
import dev.theca.linux.Terminal;
import dev.theca.node.runc.Streams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** A terminal: the runtime sends its master side here, and two relays carry the bytes. */
final class TerminalIo implements ProcessIo {
  private static final int HAND_OVER_MILLIS = 30_000;
  private static final Duration MOMENT = Duration.ofSeconds(10);

  private final Optional<Console> console;
  private final Optional<Input> input;
  private final Outputs outputs;
  private Optional<Fd> master = Optional.empty();
  private Optional<Relay> in = Optional.empty();
  private Optional<Relay> out = Optional.empty();
  private int users;
  private boolean closed;
  private volatile boolean leaving;

  /** Where the runtime sends the terminal, and the folder that is made for it. */
  private record Console(Path folder, ConsoleSocket socket) {
    void close() {
      socket.close();
      try {
        Files.deleteIfExists(folder);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot delete " + folder, e);
      }
    }
  }

  private TerminalIo(Optional<Console> console, Optional<Input> input, Outputs outputs) {
    this.console = console;
    this.input = input;
    this.outputs = outputs;
  }

  static TerminalIo open(Stdio names, IoSetup setup) {
    Optional<Input> input =
        names.in().isEmpty() ? Optional.empty() : Optional.of(Input.open(names.in()));
    try {
      var outputs = Outputs.open(names.out(), "", setup);
      try {
        Path folder = Files.createTempDirectory(setup.terminals(), "");
        var console = new Console(folder, ConsoleSocket.listen(folder.resolve("s")));
        return new TerminalIo(Optional.of(console), input, outputs);
      } catch (RuntimeException | IOException e) {
        outputs.close();
        throw e;
      }
    } catch (IOException e) {
      input.ifPresent(Input::close);
      throw new UncheckedIOException("cannot make a folder in " + setup.terminals(), e);
    } catch (RuntimeException e) {
      input.ifPresent(Input::close);
      throw e;
    }
  }

  @Override
  public Streams streams() {
    return Streams.terminal(console.orElseThrow().socket().path());
  }

  @Override
  public synchronized void started() {
    Fd terminal = console.orElseThrow().socket().receive(HAND_OVER_MILLIS);
    console.get().close();
    terminal.blocking(false);
    Fd target = outputs.orNowhere();
    target.blocking(false);
    relay(terminal, target, new byte[0]);
  }

  private synchronized void relay(Fd terminal, Fd target, byte[] ahead) {
    master = Optional.of(terminal);
    users++;
    out = Optional.of(Relay.start("terminal-out", terminal, target, ahead, this::outputEnded));
    if (input.isPresent()) {
      users++;
      Fd source = input.get().reading();
      in = Optional.of(Relay.start("terminal-in", source, terminal, new byte[0], this::released));
    }
  }

  static TerminalIo goOn(Kept left) {
    var io = new TerminalIo(Optional.empty(), Input.goOn(left), Outputs.goOn(left));
    if (left.master().isPresent())
      io.relay(Fd.goOn(left.master().getAsInt()), io.outputs.orNowhere(), left.ahead());
    return io;
  }

  @Override
  public Kept leave() {
    leaving = true;
    in.ifPresent(Relay::stop);
    out.ifPresent(Relay::stop);
    in.ifPresent(relay -> relay.await(MOMENT));
    out.ifPresent(relay -> relay.await(MOMENT));
    synchronized (this) {
      return new Kept(
          Kept.number(master),
          Kept.number(input.map(Input::reading)),
          Kept.number(input.flatMap(Input::writing)),
          OptionalInt.empty(),
          outputs.kept(),
          Kept.number(Optional.of(outputs.orNowhere())),
          outputs.program(),
          out.map(Relay::ahead).orElse(new byte[0]));
    }
  }

  private void outputEnded() {
    if (leaving) return;
    outputs.given();
    released();
  }

  private synchronized void released() {
    if (--users == 0 && closed) master.ifPresent(Fd::close);
  }

  @Override
  public void running() {
    // input and output flow since it was created
  }

  @Override
  public void closeInput() {
    input.ifPresent(Input::end);
  }

  @Override
  public synchronized void resize(int columns, int rows) {
    if (!closed) master.ifPresent(fd -> Terminal.resize(fd, columns, rows));
  }

  @Override
  public synchronized void exited() {
    in.ifPresent(Relay::stop);
  }

  @Override
  public boolean drain(Duration limit) {
    long start = System.nanoTime();
    if (!out.map(relay -> relay.await(limit)).orElse(true)) return false;
    return outputs.drain(limit.minusNanos(System.nanoTime() - start));
  }

  @Override
  public synchronized void close() {
    if (closed) return;
    closed = true;
    console.ifPresent(Console::close);
    in.ifPresent(Relay::stop);
    out.ifPresent(Relay::stop);
    if (users == 0) master.ifPresent(Fd::close);
    Thread.ofVirtual().name("terminal-end").start(this::release);
  }

  /** What the relays use goes after they have ended. */
  private void release() {
    in.ifPresent(relay -> relay.await(MOMENT));
    out.ifPresent(relay -> relay.await(MOMENT));
    input.ifPresent(Input::close);
    outputs.close();
  }
}
