package dev.theca.node.control;

import dev.theca.node.runc.Runc;
import dev.theca.node.task.TaskService;
import dev.theca.wire.proto.ProtoWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * What the shim binary answers. Every task of the node is served at one address, so {@code start}
 * only says where; the plain form of the answer is understood by every containerd.
 */
public final class ShimCalls implements ControlSocket.Handler {
  private static final int KILLED = 137;

  private final TaskService tasks;
  private final Path taskSocket;
  private final Runc runc;

  public ShimCalls(TaskService tasks, Path taskSocket, Runc runc) {
    this.tasks = tasks;
    this.taskSocket = taskSocket;
    this.runc = runc;
  }

  @Override
  public ControlSocket.Answer answer(ControlSocket.Call call) throws IOException {
    return switch (call.action()) {
      case "start" -> start(call);
      case "delete" -> delete(call);
      case "info" -> info();
      default -> ControlSocket.Answer.failed("theca: unknown action\n");
    };
  }

  private ControlSocket.Answer start(ControlSocket.Call call) throws IOException {
    String address = "unix://" + taskSocket;
    Files.writeString(call.bundle().resolve("address"), address);
    tasks.announce(call.namespace(), call.id(), call.ttrpcAddress());
    return ControlSocket.Answer.ok(address.getBytes(StandardCharsets.UTF_8));
  }

  private ControlSocket.Answer delete(ControlSocket.Call call) {
    int status = tasks.cleanUp(call.namespace(), call.id()).orElse(KILLED);
    var now = Instant.now();
    return ControlSocket.Answer.ok(
        new ProtoWriter()
            .varint(2, status)
            .message(3, new ProtoWriter().varint(1, now.getEpochSecond()))
            .toBytes());
  }

  private ControlSocket.Answer info() {
    var features =
        new ProtoWriter()
            .string(1, "types.containerd.io/opencontainers/runtime-spec/1/features/Features")
            .bytes(2, runc.features());
    return ControlSocket.Answer.ok(
        new ProtoWriter()
            .string(1, "io.theca")
            .message(2, new ProtoWriter().string(1, "0.1.0"))
            .message(4, features)
            .toBytes());
  }
}
