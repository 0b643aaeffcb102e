package dev.theca.node.task;

import dev.theca.kit.ChildJava;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.ttrpc.TtrpcClient;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The whole daemon as a process of its own, as containerd and the launcher see it. */
final class DaemonStand extends Stand {
  private static final Duration LONG = Duration.ofSeconds(60);

  private static final Path LAUNCHER =
      Path.of(System.getProperty("theca.root", ".."))
          .resolve("node/target/native/containerd-shim-theca-v2")
          .toAbsolutePath();

  private final Path config;
  private Process daemon;
  private TtrpcClient client;

  DaemonStand(Path folder) throws Exception {
    super(folder);
    Files.createDirectories(folder.resolve("content"));
    config = folder.resolve("node.toml");
    Files.writeString(
        config,
        """
        run = "%s"
        state = "%s"
        runc = "%s"
        plain_root = "%s"
        content = "%s"
        launcher = "%s"
        """
            .formatted(
                folder.resolve("run"),
                folder.resolve("state"),
                RUNC,
                runcRoot,
                folder.resolve("content"),
                LAUNCHER));
    daemon = launch();
    client = connect();
  }

  private Process launch() throws Exception {
    var process =
        new ProcessBuilder(
                ChildJava.command(
                    List.of("--enable-native-access=ALL-UNNAMED", "-Xmx96m", "-XX:+UseSerialGC"),
                    "dev.theca.node.Main",
                    "--config",
                    config.toString()))
            .redirectOutput(folder.resolve("boot").toFile())
            .redirectError(folder.resolve("log").toFile())
            .start();
    awaitReady(process, "");
    return process;
  }

  private void awaitReady(Process process, String notThis) throws Exception {
    for (int i = 0; i < 6000; i++) {
      if (!process.isAlive())
        throw new AssertionError("the daemon ended:\n" + Files.readString(folder.resolve("log")));
      if (Files.exists(folder.resolve("run/node.sock"))) {
        try {
          var status = Json.object(control("status", new byte[0])).orThrow();
          String started = status.requireString("started").orThrow();
          if (!started.equals(notThis) && status.bool("ready").orElse(false)) return;
        } catch (java.io.IOException e) {
          Thread.sleep(10);
          continue;
        }
      }
      Thread.sleep(10);
    }
    throw new AssertionError("no daemon:\n" + Files.readString(folder.resolve("log")));
  }

  private TtrpcClient connect() {
    return TtrpcClient.connect(folder.resolve("run/plain.sock"));
  }

  JsonObject status() throws Exception {
    return Json.object(control("status", new byte[0])).orThrow();
  }

  long pid() {
    return daemon.pid();
  }

  /** Another connection, as another pod has. */
  TtrpcClient another() {
    return connect();
  }

  /** The snapshotter's socket. */
  Path snapshots() {
    return folder.resolve("run/snapshots.sock");
  }

  /** One call of the launcher's protocol. */
  byte[] control(String action, byte[] input, String... rest) throws Exception {
    var fields = new byte[9][];
    Arrays.fill(fields, new byte[0]);
    fields[0] = action.getBytes(StandardCharsets.UTF_8);
    fields[1] = "theca-plain".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < rest.length; i++) fields[2 + i] = rest[i].getBytes(StandardCharsets.UTF_8);
    fields[8] = input;
    int total = 0;
    for (byte[] field : fields) total += 4 + field.length;
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(folder.resolve("run/node.sock")));
      var out = new DataOutputStream(Channels.newOutputStream(channel));
      out.writeInt(total);
      for (byte[] field : fields) {
        out.writeInt(field.length);
        out.write(field);
      }
      out.flush();
      var in = new DataInputStream(Channels.newInputStream(channel));
      int code = in.readUnsignedByte();
      byte[] answer = in.readNBytes(in.readInt());
      String error = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
      if (code != 0) throw new IllegalStateException(error);
      return answer;
    }
  }

  /** A new program in the daemon's place. */
  void upgrade() throws Exception {
    String before = status().requireString("started").orThrow();
    try {
      byte[] unused = control("upgrade", "10".getBytes(StandardCharsets.US_ASCII));
      throw new AssertionError("the daemon answered");
    } catch (EOFException e) {
      awaitReady(daemon, before);
    } catch (java.io.IOException e) {
      awaitReady(daemon, before);
    }
  }

  /** The daemon dies at once, and another comes. */
  void killAndRestart() throws Exception {
    client.close();
    daemon.destroyForcibly().waitFor();
    Files.deleteIfExists(folder.resolve("run/node.sock"));
    daemon = launch();
    client = connect();
  }

  String log() throws Exception {
    return Files.readString(folder.resolve("log"));
  }

  @Override
  void announce(String id, Path bundle) throws Exception {
    byte[] unused =
        control(
            "start", new byte[0], NAMESPACE, id, bundle.toString(), "", eventSocket.toString(), "");
  }

  @Override
  byte[] call(String method, ProtoWriter payload) {
    return client.call(
        "containerd.task.v3.Task",
        method,
        payload.toBytes(),
        LONG,
        Map.of("containerd-namespace-ttrpc", NAMESPACE));
  }

  @Override
  void close() throws Exception {
    client.close();
    daemon.destroy();
    if (!daemon.waitFor(30, TimeUnit.SECONDS)) {
      daemon.destroyForcibly().waitFor();
      throw new AssertionError("the daemon did not end:\n" + log());
    }
    super.close();
  }

  static List<String> words(String text) {
    return List.of(text.trim().split("\\s+"));
  }
}
