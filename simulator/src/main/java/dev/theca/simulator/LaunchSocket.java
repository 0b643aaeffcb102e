package dev.theca.simulator;

import dev.theca.forge.SgxPlatform.Knobs;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.RefusedException;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.RefusalJson;
import dev.theca.wire.launch.LaunchFrames;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import jdk.net.ExtendedSocketOptions;

/** Where the node daemon asks for launches: a unix socket of mode 0600, root only. */
final class LaunchSocket implements AutoCloseable {
  private final ServerSocketChannel listener;
  private final Path socket;
  private final Instances instances;

  private LaunchSocket(ServerSocketChannel listener, Path socket, Instances instances) {
    this.listener = listener;
    this.socket = socket;
    this.instances = instances;
  }

  static LaunchSocket listen(Path socket, Instances instances) throws IOException {
    Files.createDirectories(socket.toAbsolutePath().getParent());
    Files.deleteIfExists(socket);
    var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    var server = new LaunchSocket(listener, socket, instances);
    Thread.ofPlatform().daemon().name("launch").start(server::accept);
    return server;
  }

  private void accept() {
    try {
      while (true) {
        var peer = listener.accept();
        Thread.ofVirtual().name("launch-call").start(() -> serve(peer));
      }
    } catch (IOException e) {
      if (listener.isOpen()) System.err.println("stage=accept outcome=fault reason=\"" + e + "\"");
    }
  }

  private void serve(SocketChannel peer) {
    try (peer) {
      if (!peer.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName().equals("root"))
        return;
      while (true) {
        var request = LaunchFrames.read(peer);
        LaunchFrames.write(
            peer,
            switch (answer(request)) {
              case Outcome.Granted<JsonObject>(var ok) -> ok;
              case Outcome.Refused<JsonObject>(var reasons) ->
                  JsonObject.builder()
                      .put("refused", RefusalJson.write(reasons.getFirst()))
                      .build();
            });
      }
    } catch (EOFException e) {
      return; // the caller is done
    } catch (IOException e) {
      System.err.println("stage=launch outcome=lost reason=\"" + e + "\"");
    }
  }

  private Outcome<JsonObject> answer(JsonObject request) {
    try {
      return switch (request.string("op").orElse("")) {
        case "import" -> instances.importBundle(Path.of(request.requireString("dir").orThrow()));
        case "launch" -> instances.launch(request);
        case "bind" -> instances.bind(request);
        case "end" -> {
          instances.end(request.requireString("instance").orThrow());
          yield Outcome.granted(JsonObject.builder().build());
        }
        case "tcb" -> {
          instances
              .platform()
              .turn(
                  Knobs.good().withTcb(request.requireString("status").orThrow(), "SIM-SA-00002"));
          yield Outcome.granted(JsonObject.builder().build());
        }
        default ->
            Outcome.refused(
                Code.of("launch-request"),
                "operation",
                "import, launch, bind, end or tcb",
                "another",
                "see the protocol");
      };
    } catch (RefusedException e) {
      return Outcome.refused(e.reasons());
    } catch (IOException | UncheckedIOException e) {
      System.err.println("stage=launch outcome=fault reason=\"" + e + "\"");
      return Outcome.refused(
          Code.of("launch-fault"),
          "launch",
          "a working disk and bundle",
          String.valueOf(e.getMessage()),
          "see the platform's log");
    } catch (RuntimeException e) {
      e.printStackTrace();
      return Outcome.refused(
          Code.of("launch-fault"),
          "launch",
          "a platform without faults",
          String.valueOf(e),
          "see the platform's log");
    }
  }

  Path socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    Files.deleteIfExists(socket);
  }
}
