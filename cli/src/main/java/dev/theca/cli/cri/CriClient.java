package dev.theca.cli.cri;

import dev.theca.wire.grpc.GrpcClient;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A client of the Container Runtime Interface (Kubernetes cri-api, runtime.v1): {@link #call} for
 * every method of both services, and a few by name. What the runtime refuses arrives as {@link
 * dev.theca.wire.grpc.GrpcException} with the runtime's words.
 */
public final class CriClient implements AutoCloseable {
  private static final String RUNTIME = "runtime.v1.RuntimeService";
  private static final String IMAGE = "runtime.v1.ImageService";
  private static final Set<String> OF_IMAGES =
      Set.of("ListImages", "ImageStatus", "PullImage", "RemoveImage", "ImageFsInfo");
  private static final Set<String> WORK =
      Set.of(
          "RunPodSandbox",
          "StopPodSandbox",
          "RemovePodSandbox",
          "CreateContainer",
          "StartContainer",
          "StopContainer",
          "RemoveContainer",
          "PullImage");
  private static final Duration SHORT = Duration.ofSeconds(30);
  private static final Duration LONG = Duration.ofMinutes(4);
  private static final JsonObject NOTHING = JsonObject.builder().build();

  private static final int MAX_MESSAGE = 16 << 20;

  private final GrpcClient channel;

  public CriClient(Path containerdSocket) {
    channel = new GrpcClient(containerdSocket, MAX_MESSAGE);
  }

  /**
   * Calls a method of either service by its name; request and answer have the names and the shape
   * of api.proto. Bytes are base64, int64 are JSON numbers, enums go by name.
   */
  public JsonObject call(String method, JsonObject request) {
    return call(method, request, WORK.contains(method) ? LONG : SHORT);
  }

  /** The same with a limit of time. */
  public JsonObject call(String method, JsonObject request, Duration limit) {
    var message = Messages.encode(method + "Request", request);
    String service = OF_IMAGES.contains(method) ? IMAGE : RUNTIME;
    return Messages.decode(method + "Response", channel.call(service, method, message, limit));
  }

  /** What happens to containers from now on; reading waits (ContainerEventResponse). */
  public Iterator<JsonObject> events() {
    var answers = channel.stream(RUNTIME, "GetContainerEvents", new ProtoWriter());
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return answers.hasNext();
      }

      @Override
      public JsonObject next() {
        return Messages.decode("ContainerEventResponse", new ProtoReader(answers.next()));
      }
    };
  }

  /** The runtime's name and version. */
  public String version() {
    var answer = call("Version", JsonObject.builder().put("version", "v1").build());
    return text(answer, "runtime_name") + " " + text(answer, "runtime_version");
  }

  /** Conditions of the runtime, for example {@code RuntimeReady=true}. */
  public Map<String, Boolean> conditions() {
    var status = call("Status", NOTHING).object("status").orElse(NOTHING);
    var conditions = new TreeMap<String, Boolean>();
    each(status, "conditions")
        .forEach(c -> conditions.put(text(c, "type"), c.bool("status").orElse(false)));
    return conditions;
  }

  /**
   * Pulls an image; with a pod's annotations the pull uses the snapshotter of its runtime handler.
   * Returns the image id.
   */
  public String pullImage(String image, PodConfig pod) {
    var request =
        JsonObject.builder().put("image", spec(image)).put("sandbox_config", pod.json()).build();
    return text(call("PullImage", request), "image_ref");
  }

  public void removeImage(String image) {
    call("RemoveImage", JsonObject.builder().put("image", spec(image)).build());
  }

  private static JsonObject spec(String image) {
    return JsonObject.builder().put("image", image).build();
  }

  /** Starts a sandbox under a runtime handler; empty = the default. Returns its id. */
  public String runPod(PodConfig pod, String handler) {
    return runPod(pod.json(), handler);
  }

  /** The same from a PodSandboxConfig. */
  public String runPod(JsonObject pod, String handler) {
    var request = JsonObject.builder().put("config", pod).put("runtime_handler", handler).build();
    return text(call("RunPodSandbox", request), "pod_sandbox_id");
  }

  public String createContainer(String podId, ContainerConfig container, PodConfig pod) {
    return createContainer(podId, container.json(pod.hostNetwork()), pod.json());
  }

  /** The same from a ContainerConfig and the PodSandboxConfig of its sandbox. */
  public String createContainer(String podId, JsonObject container, JsonObject pod) {
    var request =
        JsonObject.builder()
            .put("pod_sandbox_id", podId)
            .put("config", container)
            .put("sandbox_config", pod)
            .build();
    return text(call("CreateContainer", request), "container_id");
  }

  public void startContainer(String id) {
    call("StartContainer", container(id));
  }

  /** Asks the container to stop, and kills it after {@code grace}. */
  public void stopContainer(String id, Duration grace) {
    var request =
        JsonObject.builder().put("container_id", id).put("timeout", grace.toSeconds()).build();
    call("StopContainer", request, LONG.plus(grace));
  }

  public void removeContainer(String id) {
    call("RemoveContainer", container(id));
  }

  public void stopPod(String id) {
    call("StopPodSandbox", pod(id));
  }

  public void removePod(String id) {
    call("RemovePodSandbox", pod(id));
  }

  private static JsonObject container(String id) {
    return JsonObject.builder().put("container_id", id).build();
  }

  private static JsonObject pod(String id) {
    return JsonObject.builder().put("pod_sandbox_id", id).build();
  }

  /** Ids of all sandboxes that the runtime knows. */
  public List<String> pods() {
    return each(call("ListPodSandbox", NOTHING), "items").map(o -> text(o, "id")).toList();
  }

  /** Ids of all containers that the runtime knows. */
  public List<String> containers() {
    return each(call("ListContainers", NOTHING), "containers").map(o -> text(o, "id")).toList();
  }

  /** What a container is doing; {@code message} is the runtime's explanation of an end. */
  public record State(String state, int exitCode, String reason, String message) {}

  public State containerState(String id) {
    var status = call("ContainerStatus", container(id)).object("status").orElse(NOTHING);
    String state = text(status, "state").replace("CONTAINER_", "");
    return new State(
        state.toLowerCase(java.util.Locale.ROOT),
        Math.toIntExact(status.integer("exit_code").orElse(0L)),
        text(status, "reason"),
        text(status, "message"));
  }

  /** What a command in a container printed, and how it ended. */
  public record Executed(String out, String err, int exitCode) {}

  public Executed exec(String id, Duration limit, String... command) {
    var request =
        JsonObject.builder()
            .put("container_id", id)
            .put("cmd", JsonArray.of(command))
            .put("timeout", limit.toSeconds())
            .build();
    var answer = call("ExecSync", request, limit.plusSeconds(10));
    return new Executed(
        decoded(answer, "stdout"),
        decoded(answer, "stderr"),
        Math.toIntExact(answer.integer("exit_code").orElse(0L)));
  }

  private static String decoded(JsonObject answer, String member) {
    return new String(Base64.getDecoder().decode(text(answer, member)), StandardCharsets.UTF_8);
  }

  /** Processor time and working set of a container; zero where the runtime reports none. */
  public record Stats(long cpuNanos, long workingSetBytes) {}

  public Stats stats(String id) {
    var stats = call("ContainerStats", container(id)).object("stats").orElse(NOTHING);
    return new Stats(
        boxed(stats, "cpu", "usage_core_nano_seconds"),
        boxed(stats, "memory", "working_set_bytes"));
  }

  private static long boxed(JsonObject stats, String group, String value) {
    return stats
        .object(group)
        .flatMap(g -> g.object(value))
        .flatMap(v -> v.integer("value"))
        .orElse(0L);
  }

  /** The objects of an array member. */
  static Stream<JsonObject> each(JsonObject of, String member) {
    List<JsonValue> items = of.array(member).orElse(List.of());
    return items.stream().filter(JsonObject.class::isInstance).map(JsonObject.class::cast);
  }

  static String text(JsonObject of, String member) {
    return of.string(member).orElse("");
  }

  @Override
  public void close() {
    channel.close();
  }
}
