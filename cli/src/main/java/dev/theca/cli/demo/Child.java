package dev.theca.cli.demo;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A long-running process that the demo started: its log is a file, its boot line says whether it is
 * ready.
 */
final class Child {
  private final String name;
  private final Process process;
  private final Path log;

  private Child(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  static Child start(String name, List<String> command, Map<String, String> environment, Path log) {
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      var builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      return new Child(name, builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name, e);
    }
  }

  /**
   * Waits for the one line of JSON that says "ready"; anything else is a fault that shows the log's
   * end.
   */
  JsonObject boot(Duration limit) {
    var line = new CompletableFuture<String>();
    // it reads for as long as the child lives: a virtual one would hold its carrier as long, and
    // where services are as many as processors nothing else would go on
    Thread.ofPlatform()
        .daemon()
        .name("boot " + name)
        .start(
            () -> {
              try {
                var in =
                    new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                String first = in.readLine();
                line.complete(first == null ? "" : first);
                while (in.readLine()
                    != null) {} // nothing more is expected; an open pipe must not fill
              } catch (IOException e) {
                line.completeExceptionally(e);
              }
            });
    try {
      String text = line.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      var boot = Json.object(text.getBytes(StandardCharsets.UTF_8));
      if (boot.isGranted() && boot.orThrow().string("state").orElse("").equals("ready"))
        return boot.orThrow();
      throw new IllegalStateException(
          name + " did not start: " + (text.isEmpty() ? "it ended" : text) + logEnd());
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          name + " was not ready within " + limit.toSeconds() + " s" + logEnd(), e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(name + ": its output broke" + logEnd(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + name + " started", e);
    }
  }

  String logEnd() {
    try {
      var lines = Files.readAllLines(log, StandardCharsets.UTF_8);
      return "\n  "
          + log
          + " ends with:\n    "
          + String.join("\n    ", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    } catch (IOException e) {
      return "";
    }
  }

  String name() {
    return name;
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** Asks it to end and waits; what does not end is killed. */
  void end() {
    process.destroy();
    try {
      // the next of its name wants its sockets and folders
      if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  boolean alive() {
    return process.isAlive();
  }
}
