package dev.theca.cli.broker;

import dev.theca.kit.ChildJava;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A broker in a process of its own, as {@code theca broker serve} starts it. */
public final class RunningBroker implements AutoCloseable {
  private final Process process;
  private final JsonObject boot;

  private RunningBroker(Process process, JsonObject boot) {
    this.process = process;
    this.boot = boot;
  }

  /** Starts one with these options, on a free port of loopback. */
  public static RunningBroker serve(Path folder, String... options) {
    var arguments = new ArrayList<>(List.of("--listen", "127.0.0.1:0", "--management", ""));
    arguments.addAll(List.of(options));
    try {
      Path log = folder.resolve("broker.log");
      var process = process(arguments).redirectError(log.toFile()).start();
      var out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      String line = out.readLine();
      if (line == null) throw new IllegalStateException(Files.readString(log));
      return new RunningBroker(
          process, Json.object(line.getBytes(StandardCharsets.UTF_8)).orThrow());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The process of a broker with these options, not started yet. */
  static ProcessBuilder process(List<String> options) {
    return new ProcessBuilder(program("dev.theca.broker.Main", options));
  }

  /** The command line of a program of ours, with all that these tests have on their path. */
  public static List<String> program(String main, List<String> arguments) {
    var options =
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");
    return ChildJava.command(options, main, arguments.toArray(String[]::new));
  }

  /** Where it listens. */
  public String url() {
    return boot.string("url").orElseThrow();
  }

  /** Where its admin token is. */
  public String tokenFile() {
    return boot.string("admin_token_file").orElseThrow();
  }

  /** {@code theca} with these arguments, of this broker. */
  public Ran theca(String... arguments) {
    return thecaWith("", arguments);
  }

  /** The same with something on standard input. */
  public Ran thecaWith(String input, String... arguments) {
    var all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--url", url(), "--token-file", tokenFile()));
    return Ran.thecaWith(input, all.toArray(String[]::new));
  }

  /** Asks it to end, as an operator does; its exit code. */
  int end() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly();
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    int unused = end();
  }
}
