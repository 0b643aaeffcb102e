package dev.theca.bench.broker;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A broker in a process of its own, and what it costs by the kernel's account. */
final class Server implements AutoCloseable {
  private static final long TICK_MICROS = 10_000;

  private final Process process;
  private final JsonObject boot;

  private Server(Process process, JsonObject boot) {
    this.process = process;
    this.boot = boot;
  }

  static Server start(Path lib, Path config, Path log, int heapMiB) throws IOException {
    var command =
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "-Xmx" + heapMiB + "m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            lib + "/*",
            "dev.theca.broker.Main",
            "--config",
            config + "");
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.to(log.toFile())).start();
    var out =
        new BufferedReader(
            new java.io.InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    if (line == null) throw new IOException("the broker did not start: " + Files.readString(log));
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
      throw new UncheckedIOException("the broker is gone", e);
    }
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
      throw new UncheckedIOException("the broker is gone", e);
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
