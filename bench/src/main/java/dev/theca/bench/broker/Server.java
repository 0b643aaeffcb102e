package dev.theca.bench.broker;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, and what it costs by the kernel's account. */
final class Server implements AutoCloseable {
  private static final long TICK_MICROS = 10_000;

  private final Process process;
  private final JsonObject boot;

  private Server(Process process, JsonObject boot) {
    this.process = process;
    this.boot = boot;
  }

  /** A broker from its jars alone; {@code extra} are options of the virtual machine. */
  static Server broker(Path lib, Path config, Path log, List<String> extra) throws IOException {
    return start(lib + "/*", extra, List.of("dev.theca.broker.Main", "--config", config + ""), log);
  }

  /** Any program that says in a line of JSON where it listens. */
  static Server start(String classPath, List<String> extra, List<String> program, Path log)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(extra);
    command.addAll(List.of("-cp", classPath));
    command.addAll(program);
    var builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.to(log.toFile()));
    builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2"); // as the launchers do
    var process = builder.start();
    var out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    if (line == null) throw new IOException("the server did not start: " + Files.readString(log));
    return new Server(process, Json.object(line.getBytes(StandardCharsets.UTF_8)).orThrow());
  }

  JsonObject boot() {
    return boot;
  }

  InetSocketAddress address() {
    URI url = URI.create(boot.requireString("url").orThrow());
    return new InetSocketAddress(url.getHost(), url.getPort());
  }

  /** User and system time (proc(5), stat, fields 14 and 15). */
  long cpuMicros() {
    try {
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_MICROS;
    } catch (IOException e) {
      throw new UncheckedIOException("the server is gone", e);
    }
  }

  long pid() {
    return process.pid();
  }

  /** Resident memory. */
  long residentMiB() {
    try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElseThrow()
          / 1024;
    } catch (IOException e) {
      throw new UncheckedIOException("the server is gone", e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
