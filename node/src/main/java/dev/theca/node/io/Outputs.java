package dev.theca.node.io;

import dev.theca.linux.Fd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a process's output and errors go: FIFOs, a file for both, or a program that logs them. Of a
 * FIFO one reading end stays open here, so that the writer survives a reader that goes away and
 * comes back.
 */
final class Outputs {
  private static final int MODE = 0644;

  private final Map<Integer, Fd> writing = new HashMap<>();
  private final List<Fd> kept = new ArrayList<>();
  private Optional<LogProgram> program = Optional.empty();

  private Outputs() {}

  /** Opens both; what fails leaves nothing open. */
  static Outputs open(String out, String err, IoSetup setup) {
    var outputs = new Outputs();
    try {
      switch (Names.scheme(out)) {
        case "binary" -> outputs.program(out, setup);
        case "file" -> outputs.file(out, err);
        default -> {
          outputs.one(1, out, setup);
          outputs.one(2, err, setup);
        }
      }
      return outputs;
    } catch (RuntimeException e) {
      outputs.given();
      outputs.close();
      throw e;
    }
  }

  /** Goes on with what was left. */
  static Outputs goOn(Kept left) {
    var outputs = new Outputs();
    left.kept().forEach(fd -> outputs.kept.add(Fd.goOn(fd)));
    left.target().ifPresent(fd -> outputs.writing.put(1, Fd.goOn(fd)));
    if (left.program() != 0) outputs.program = LogProgram.goOn(left.program());
    return outputs;
  }

  /** Our reading ends of FIFOs that a process writes. */
  static Outputs reopen(String out, String err) {
    var outputs = new Outputs();
    for (String name : List.of(out, err)) {
      if (name.isEmpty() || !Names.scheme(name).equals("fifo")) continue;
      Path path = Names.path(name);
      if (java.nio.file.Files.exists(path) && Names.isFifo(path))
        outputs.kept.add(Fd.open(path, Fd.O_RDONLY | Fd.O_NONBLOCK));
    }
    return outputs;
  }

  List<Integer> kept() {
    return kept.stream().map(Fd::number).toList();
  }

  long program() {
    return program.map(LogProgram::pid).orElse(0L);
  }

  private void program(String name, IoSetup setup) {
    Fd[] out = pipe();
    Fd[] err = pipe();
    writing.put(1, out[1]);
    writing.put(2, err[1]);
    Names.own(out[1], setup);
    Names.own(err[1], setup);
    program = Optional.of(LogProgram.start(name, setup, out[0], err[0]));
    for (Fd end : List.of(out[0], err[0])) end.close();
    kept.clear();
  }

  /** A pipe whose reading end is closed with the rest when its user cannot be started. */
  private Fd[] pipe() {
    Fd[] pipe = Fd.pipe();
    kept.add(pipe[0]);
    return pipe;
  }

  private void file(String out, String err) {
    Fd file = append(Names.path(out));
    writing.put(1, file);
    boolean shared = err.isEmpty() || err.equals(out);
    writing.put(2, shared ? file : append(Names.path(err)));
  }

  private static Fd append(Path path) {
    try {
      Path folder = path.getParent();
      if (folder != null) Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the folder of " + path, e);
    }
    return Fd.open(path, Fd.O_WRONLY | Fd.O_APPEND | Fd.O_CREAT, MODE);
  }

  private void one(int number, String name, IoSetup setup) {
    if (name.isEmpty()) return;
    if (!Names.scheme(name).equals("fifo"))
      throw new IllegalArgumentException("streams are FIFOs, files or programs, not " + name);
    Path path = Names.path(name);
    if (!Names.isFifo(path)) {
      writing.put(number, Fd.open(path, Fd.O_WRONLY | Fd.O_APPEND));
      return;
    }
    kept.add(Fd.open(path, Fd.O_RDONLY | Fd.O_NONBLOCK));
    Fd end = Fd.open(path, Fd.O_WRONLY);
    writing.put(number, end);
    Names.own(end, setup);
  }

  /** The writing ends by the process's numbers. */
  Map<Integer, Fd> writing() {
    return writing;
  }

  /** The writing end of the output; of a terminal that nobody reads, the bytes are dropped. */
  Fd orNowhere() {
    return writing.computeIfAbsent(1, one -> Fd.open(Path.of("/dev/null"), Fd.O_WRONLY));
  }

  /** Closes our copies of the writing ends. */
  void given() {
    writing.values().forEach(Fd::close);
    writing.clear();
  }

  /** Waits for a logging program to end by itself, as it does when it has read everything. */
  boolean drain(Duration limit) {
    return program.map(p -> p.await(limit)).orElse(true);
  }

  void close() {
    given();
    program.ifPresent(LogProgram::close);
    kept.forEach(Fd::close);
    kept.clear();
  }
}
