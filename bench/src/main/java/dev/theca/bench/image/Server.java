package dev.theca.bench.image;

import dev.theca.wire.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A registry on a free port of this machine, in a process of its own that ends with this. */
final class Server implements AutoCloseable {
  private static final int TRIES = 100;
  private static final String CONFIG =
      """
      version: 0.1
      log: {level: error, accesslog: {disabled: true}}
      storage: {filesystem: {rootdirectory: %s}}
      http: {addr: "%s"}
      """;

  private final Process process;
  private final String address;

  private Server(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  /** Ours, started as {@code theca registry serve} does. */
  static Server ours(Path theca, Path folder) throws IOException {
    var command =
        List.of(
            theca.toString(),
            "registry",
            "serve",
            "--root",
            folder.toString(),
            "--listen",
            "127.0.0.1:0");
    var process =
        new ProcessBuilder(command).redirectError(folder.resolveSibling("log").toFile()).start();
    var said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    var boot = Json.object(said.readLine().getBytes(StandardCharsets.UTF_8)).orThrow();
    return new Server(process, boot.string("address").orElseThrow());
  }

  /** Debian's docker-registry. */
  static Server docker(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path config = folder.resolveSibling(folder.getFileName() + ".yml");
    Files.writeString(config, CONFIG.formatted(folder, "127.0.0.1:" + port));
    var process =
        new ProcessBuilder("docker-registry", "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    for (int tries = 1; ; tries++) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return new Server(process, "127.0.0.1:" + socket.getPort());
      } catch (IOException e) {
        if (tries == TRIES || !process.isAlive()) throw e;
        Thread.sleep(100);
      }
    }
  }

  String address() {
    return address;
  }

  double processorMillis() throws IOException {
    return Child.processorMillis(process.pid());
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
