package dev.theca.cli.cri;

import dev.theca.wire.grpc.GrpcException;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.rpc.RpcStatus;
import java.nio.charset.StandardCharsets;

/** What the runtime knows about something by its id. */
final class Sandboxes {
  private static final JsonObject NOTHING = JsonObject.builder().build();

  private Sandboxes() {}

  /** The configuration that a sandbox was started with, which containerd keeps. */
  static JsonObject config(CriClient cri, String pod) {
    String info =
        CriClient.text(
            verbose(cri, "PodSandboxStatus", "pod_sandbox_id", pod).object("info").orElse(NOTHING),
            "info");
    return Json.object(info.getBytes(StandardCharsets.UTF_8))
        .orThrow()
        .object("config")
        .orElse(NOTHING);
  }

  static JsonObject status(CriClient cri, String container) {
    return verbose(cri, "ContainerStatus", "container_id", container)
        .object("status")
        .orElse(NOTHING);
  }

  /** A container, a sandbox or an image of this name. */
  static JsonObject find(CriClient cri, String id) {
    try {
      return verbose(cri, "ContainerStatus", "container_id", id);
    } catch (GrpcException e) {
      if (e.status() != RpcStatus.NOT_FOUND) throw e;
    }
    try {
      return verbose(cri, "PodSandboxStatus", "pod_sandbox_id", id);
    } catch (GrpcException e) {
      if (e.status() != RpcStatus.NOT_FOUND) throw e;
    }
    var request =
        JsonObject.builder().put("image", Talk.one("image", id)).put("verbose", true).build();
    var image = cri.call("ImageStatus", request);
    if (image.object("image").isEmpty())
      throw new GrpcException(
          RpcStatus.NOT_FOUND, "no container, sandbox or image is called " + id);
    return image;
  }

  private static JsonObject verbose(CriClient cri, String method, String member, String id) {
    return cri.call(method, JsonObject.builder().put(member, id).put("verbose", true).build());
  }
}
