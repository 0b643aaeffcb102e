package dev.theca.broker.kbs;

import dev.theca.broker.http.Request;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.kbs.PodName;

/**
 * The pod that a client says it is in, as records of refusals have it: {@code pod}, and {@code
 * pod_uid} where it was said. Nothing proves it, and nothing is decided by it.
 */
final class PodSaid {
  private PodSaid() {}

  static JsonObject.Builder into(JsonObject.Builder detail, Request request) {
    request
        .header(PodName.HEADER)
        .flatMap(PodName::parse)
        .ifPresent(
            pod -> {
              detail.put("pod", pod.path());
              if (!pod.uid().isEmpty()) detail.put("pod_uid", pod.uid());
            });
    return detail;
  }
}
