package dev.theca.e2e;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Runs the {@code theca} command as a user would, and keeps what the demo saw. */
final class DemoRun {
  static final Path ROOT = Path.of(System.getProperty("theca.root", "../..")).toAbsolutePath();
  private static final Map<String, DemoRun> RUNS = new ConcurrentHashMap<>();
  private static final long LIMIT_MINUTES = 40;

  final int exitCode;
  final String progress;
  final JsonObject report;

  private DemoRun(int exitCode, String progress, JsonObject report) {
    this.exitCode = exitCode;
    this.progress = progress;
    this.report = report;
  }

  /** The demo on one containerd ({@code installed}, or a bin folder), run once. */
  static DemoRun on(String containerd) {
    return RUNS.computeIfAbsent(
        containerd,
        name -> {
          var arguments = new ArrayList<>(List.of("demo", "--json", "--name", "theca-trial"));
          if (!name.equals("installed")) arguments.addAll(List.of("--containerd", name));
          return run(arguments);
        });
  }

  /** The containerds of this run: the installed one, and those of THECA_CONTAINERD_DIRS. */
  static List<String> containerds() {
    var all = new ArrayList<>(List.of("installed"));
    String more = System.getenv("THECA_CONTAINERD_DIRS");
    if (more != null && !more.isBlank()) all.addAll(List.of(more.trim().split("[ :]+")));
    return all;
  }

  static DemoRun run(List<String> arguments) {
    try {
      Path err = Files.createTempFile("theca-trial", ".log");
      Path printed = Files.createTempFile("theca-trial", ".out");
      var command = new ArrayList<>(List.of(ROOT.resolve("theca").normalize().toString()));
      command.addAll(arguments);
      var process =
          new ProcessBuilder(command)
              .redirectError(err.toFile())
              .redirectOutput(printed.toFile())
              .start();
      process.getOutputStream().close();
      boolean ended = process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
      if (!ended) process.destroyForcibly();
      String progress = Files.readString(err);
      byte[] out = Files.readAllBytes(printed);
      Files.delete(err);
      Files.delete(printed);
      if (!ended)
        throw new AssertionError(
            "no end within " + LIMIT_MINUTES + " minutes: " + command + "\n" + progress);
      var json = Json.object(out);
      return new DemoRun(
          process.exitValue(),
          progress + (json.isGranted() ? "" : new String(out, StandardCharsets.UTF_8)),
          json.isGranted() ? json.orThrow() : JsonObject.builder().build());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private JsonObject facts() {
    return report
        .object("facts")
        .orElseThrow(() -> new AssertionError("the demo reports nothing:\n" + progress));
  }

  String text(String fact) {
    return facts().string(fact).orElseThrow(() -> missing(fact));
  }

  boolean bool(String fact) {
    return facts().bool(fact).orElseThrow(() -> missing(fact));
  }

  long number(String fact) {
    return facts().integer(fact).orElseThrow(() -> missing(fact));
  }

  List<String> list(String fact) {
    return facts().strings(fact).orElseThrow(() -> missing(fact));
  }

  private AssertionError missing(String fact) {
    return new AssertionError("the demo did not report " + fact + ":\n" + progress);
  }
}
