package dev.theca.stand;

import dev.theca.cli.cri.PodConfig;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;

/** What scenes of pods have in common: a pod, containers in it, and what they may wish. */
final class InPods {
  private static final JsonObject NOTHING = JsonObject.builder().build();

  private InPods() {}

  interface InPod {
    void in(String pod, PodConfig config) throws Exception;
  }

  static void inPod(Place place, PodConfig config, InPod play) throws Exception {
    String pod = place.cri.runPod(config, place.handler.cri());
    try {
      play.in(pod, config);
    } finally {
      place.cri.stopPod(pod);
      place.cri.removePod(pod);
    }
  }

  static String started(Place place, String pod, PodConfig config, JsonObject container) {
    String id = place.cri.createContainer(pod, container, config.json());
    place.cri.startContainer(id);
    return id;
  }

  static JsonObject with(JsonObject object, String name, JsonValue value) {
    var members = new LinkedHashMap<>(object.members());
    members.put(name, value);
    return new JsonObject(members);
  }

  /** A container's security context with more members. */
  static JsonObject secured(JsonObject container, Map<String, JsonValue> more) {
    var linux = container.object("linux").orElse(NOTHING);
    var security = linux.object("security_context").orElse(NOTHING);
    for (var one : more.entrySet()) security = with(security, one.getKey(), one.getValue());
    return with(container, "linux", with(linux, "security_context", security));
  }

  static JsonObject limited(JsonObject container, long memory) {
    var linux = container.object("linux").orElse(NOTHING);
    var limit = JsonObject.builder().put("memory_limit_in_bytes", memory).build();
    return with(container, "linux", with(linux, "resources", limit));
  }
}
