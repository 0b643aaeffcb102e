package dev.theca.node.runc;

import dev.theca.linux.ChildProcess;
import dev.theca.linux.Exits;
import dev.theca.linux.Fd;
import dev.theca.linux.Spawn;
import dev.theca.wire.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One run of the runtime, from its start to its end, and what it said when it failed. */
final class RuncCall {
  private static final long LIMIT_SECONDS = 60;
  private static final int SIGKILL = 9;
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final List<String> base;
  private final String action;
  private final List<String> arguments;

  /** {@code base}: program and options that stand before the action. */
  RuncCall(List<String> base, String action, List<String> arguments) {
    this.base = base;
    this.action = action;
    this.arguments = arguments;
  }

  /** Runs with streams of its own; what it printed. */
  byte[] output() {
    try (Fd out = Fd.memory("runc-output");
        Fd log = Fd.memory("runc-log")) {
      int status = end(spawn(List.of()).give(1, out).give(2, log).start());
      if (status != 0) throw failed(new String(log.content(), StandardCharsets.UTF_8), status);
      return out.content();
    }
  }

  /** Runs with a container's streams; its words go to a file in memory meanwhile. */
  void with(Streams streams) {
    try (Fd log = Fd.memory("runc-log")) {
      var spawn = spawn(List.of("--log", path(log)));
      streams.descriptors().forEach(spawn::give);
      int status = end(spawn.start());
      if (status != 0) throw failed(new String(log.content(), StandardCharsets.UTF_8), status);
    }
  }

  /**
   * Where another program of this machine finds a file of this one, as long as it is open. No
   * descriptor is handed to the runtime that it could hand on to a container.
   */
  static String path(Fd file) {
    return "/proc/" + ProcessHandle.current().pid() + "/fd/" + file.number();
  }

  private Spawn spawn(List<String> log) {
    var command = new ArrayList<>(base);
    command.addAll(log);
    command.addAll(List.of("--log-format", "json", action));
    command.addAll(arguments);
    return Spawn.of(command).environment("PATH", PATH);
  }

  private int end(ChildProcess process) {
    var end = Exits.of(process);
    try {
      return end.get(LIMIT_SECONDS, TimeUnit.SECONDS).status();
    } catch (TimeoutException e) {
      process.signal(SIGKILL);
      throw RuncException.failed(action, "no end within " + LIMIT_SECONDS + " s");
    } catch (ExecutionException e) {
      throw RuncException.failed(action, String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      process.signal(SIGKILL);
      Thread.currentThread().interrupt();
      throw RuncException.failed(action, "interrupted");
    }
  }

  /** The last error among JSON lines. */
  private RuncException failed(String log, int status) {
    var lines = log.lines().toList();
    String found = "exit code " + status + (lines.isEmpty() ? "" : ", " + lines.getLast());
    for (String line : lines) {
      var json = Json.object(line.getBytes(StandardCharsets.UTF_8));
      if (!json.isGranted()) continue;
      String level = json.orThrow().string("level").orElse("");
      if (level.equals("error") || level.equals("fatal"))
        found = json.orThrow().string("msg").orElse(found);
    }
    return RuncException.failed(action, found.strip());
  }

  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
