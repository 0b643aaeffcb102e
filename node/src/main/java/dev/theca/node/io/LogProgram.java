package dev.theca.node.io;

import dev.theca.linux.ChildProcess;
import dev.theca.linux.Epoll;
import dev.theca.linux.Exits;
import dev.theca.linux.Fd;
import dev.theca.linux.LinuxException;
import dev.theca.linux.ProcessEnd;
import dev.theca.linux.Spawn;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program that logs a container's output ({@code binary:///path?key=value}): it reads output and
 * errors as descriptors 3 and 4, and closes 5 when it is ready. It is asked to end a moment after
 * the streams did, and killed when it does not.
 */
final class LogProgram {
  private static final int READY_MILLIS = 30_000;
  private static final int OWN_END_SECONDS = 1;
  private static final int GRACE_SECONDS = 12;
  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;

  private final ChildProcess process;
  private final CompletableFuture<ProcessEnd> end;

  private LogProgram(ChildProcess process) {
    this.process = process;
    this.end = Exits.of(process);
  }

  /** Starts it and waits until it is ready. The caller closes its ends. */
  static LogProgram start(String uri, IoSetup setup, Fd out, Fd err) {
    Fd[] ready = Fd.pipe();
    try (Fd reading = ready[0]) {
      LogProgram program;
      try (Fd writing = ready[1]) {
        program =
            new LogProgram(
                Spawn.of(command(uri))
                    .environment("CONTAINER_ID", setup.container())
                    .environment("CONTAINER_NAMESPACE", setup.namespace())
                    .give(3, out)
                    .give(4, err)
                    .give(5, writing)
                    .start());
      }
      if (!OwnThread.call("log-ready", () -> closed(reading)) || program.end.isDone()) {
        program.process.signal(SIGKILL);
        throw new LinuxException("the logging program " + uri + " did not become ready", 110);
      }
      return program;
    }
  }

  /** Follows one that was started by this process's former program; empty when it is gone. */
  static Optional<LogProgram> goOn(long pid) {
    try {
      return Optional.of(new LogProgram(ChildProcess.hold(pid)));
    } catch (LinuxException e) {
      return Optional.empty();
    }
  }

  long pid() {
    return process.pid();
  }

  private static boolean closed(Fd reading) {
    boolean[] came = {false};
    try (var epoll = new Epoll()) {
      epoll.add(reading, Epoll.IN, 0);
      epoll.await(READY_MILLIS, (token, events) -> came[0] = true);
    }
    return came[0];
  }

  /** The path, then keys and values in their order. */
  static List<String> command(String uri) {
    String rest = uri.substring(uri.indexOf("://") + 3);
    int at = rest.indexOf('?');
    var command = new ArrayList<String>();
    command.add(decoded((at < 0 ? rest : rest.substring(0, at)).replace("+", "%2B")));
    if (at < 0 || at + 1 == rest.length()) return command;
    for (String pair : rest.substring(at + 1).split("&")) {
      int equals = pair.indexOf('=');
      command.add(decoded(equals < 0 ? pair : pair.substring(0, equals)));
      command.add(equals < 0 ? "" : decoded(pair.substring(equals + 1)));
    }
    return command;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** Whether it has ended within the limit. */
  boolean await(Duration limit) {
    try {
      ProcessEnd unused = end.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return end.isDone();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Ends it, on a thread of its own. */
  void close() {
    if (end.isDone()) return;
    Thread.ofVirtual().name("log-end").start(this::finish);
  }

  private void finish() {
    if (await(Duration.ofSeconds(OWN_END_SECONDS))) return;
    process.signal(SIGTERM);
    if (!await(Duration.ofSeconds(GRACE_SECONDS))) process.signal(SIGKILL);
  }
}
