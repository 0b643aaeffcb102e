package dev.theca.node.control;

import dev.theca.wire.grpc.GrpcClient;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import java.nio.file.Path;
import java.time.Duration;

/** Asks a containerd for its version: gRPC on its unix socket, once, with a limit. */
final class VersionQuestion {
  private static final String SERVICE = "containerd.services.version.v1.Version";
  private static final int MOST = 4096;

  private VersionQuestion() {}

  /** The version; any exception that is unchecked when there is no answer, or none to be read. */
  static String ask(Path socket, long limitMillis) {
    try (var containerd = new GrpcClient(socket, MOST)) {
      return version(
          containerd.call(SERVICE, "Version", new ProtoWriter(), Duration.ofMillis(limitMillis)));
    }
  }

  private static String version(ProtoReader in) {
    String version = "";
    while (in.next()) if (in.field() == 1) version = in.string();
    return version;
  }
}
