package dev.theca.cli.cri;

import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A small client of the Container Runtime Interface (Kubernetes cri-api, runtime.v1), as far as
 * running and looking at a pod needs. What the runtime refuses arrives as {@code
 * io.grpc.StatusRuntimeException} with the runtime's words.
 */
public final class CriClient implements AutoCloseable {
  private static final String RUNTIME = "runtime.v1.RuntimeService";
  private static final String IMAGE = "runtime.v1.ImageService";
  private static final Duration SHORT = Duration.ofSeconds(30);
  private static final Duration LONG = Duration.ofMinutes(4);

  private final CriChannel channel;

  public CriClient(Path containerdSocket) {
    channel = new CriChannel(containerdSocket);
  }

  /** The runtime's name and version. */
  public String version() {
    var in = channel.call(RUNTIME, "Version", new ProtoWriter().string(1, "v1"), SHORT);
    String name = "";
    String version = "";
    while (in.next()) {
      if (in.field() == 2) name = in.string();
      if (in.field() == 3) version = in.string();
    }
    return name + " " + version;
  }

  /** Conditions of the runtime, for example {@code RuntimeReady=true}. */
  public Map<String, Boolean> conditions() {
    var in = channel.call(RUNTIME, "Status", new ProtoWriter(), SHORT);
    var conditions = new TreeMap<String, Boolean>();
    while (in.next()) {
      if (in.field() != 1) continue;
      var status = in.message();
      while (status.next()) {
        if (status.field() == 1) condition(status.message(), conditions);
      }
    }
    return conditions;
  }

  private static void condition(ProtoReader in, Map<String, Boolean> conditions) {
    String type = "";
    boolean holds = false;
    while (in.next()) {
      if (in.field() == 1) type = in.string();
      if (in.field() == 2) holds = in.bool();
    }
    conditions.put(type, holds);
  }

  /**
   * Pulls an image; with a pod's annotations the pull uses the snapshotter of its runtime handler.
   * Returns the image id.
   */
  public String pullImage(String image, PodConfig pod) {
    var request =
        new ProtoWriter().message(1, new ProtoWriter().string(1, image)).message(3, pod.encode());
    return field1(channel.call(IMAGE, "PullImage", request, LONG));
  }

  public void removeImage(String image) {
    channel.call(
        IMAGE,
        "RemoveImage",
        new ProtoWriter().message(1, new ProtoWriter().string(1, image)),
        SHORT);
  }

  /** Starts a sandbox under a runtime handler; empty = the default. Returns its id. */
  public String runPod(PodConfig pod, String handler) {
    return field1(
        channel.call(
            RUNTIME,
            "RunPodSandbox",
            new ProtoWriter().message(1, pod.encode()).string(2, handler),
            LONG));
  }

  public String createContainer(String podId, ContainerConfig container, PodConfig pod) {
    var request =
        new ProtoWriter()
            .string(1, podId)
            .message(2, container.encode(pod.sharesHostNetwork()))
            .message(3, pod.encode());
    return field1(channel.call(RUNTIME, "CreateContainer", request, LONG));
  }

  public void startContainer(String id) {
    channel.call(RUNTIME, "StartContainer", new ProtoWriter().string(1, id), LONG);
  }

  /** Asks the container to stop, and kills it after {@code grace}. */
  public void stopContainer(String id, Duration grace) {
    channel.call(
        RUNTIME,
        "StopContainer",
        new ProtoWriter().string(1, id).varint(2, grace.toSeconds()),
        LONG);
  }

  public void removeContainer(String id) {
    channel.call(RUNTIME, "RemoveContainer", new ProtoWriter().string(1, id), LONG);
  }

  public void stopPod(String id) {
    channel.call(RUNTIME, "StopPodSandbox", new ProtoWriter().string(1, id), LONG);
  }

  public void removePod(String id) {
    channel.call(RUNTIME, "RemovePodSandbox", new ProtoWriter().string(1, id), LONG);
  }

  /** Ids of all sandboxes that the runtime knows. */
  public List<String> pods() {
    return ids("ListPodSandbox");
  }

  /** Ids of all containers that the runtime knows. */
  public List<String> containers() {
    return ids("ListContainers");
  }

  private List<String> ids(String method) {
    var in = channel.call(RUNTIME, method, new ProtoWriter(), SHORT);
    var ids = new ArrayList<String>();
    while (in.next()) {
      if (in.field() == 1) ids.add(field1(in.message()));
    }
    return ids;
  }

  /** What a container is doing; {@code message} is the runtime's explanation of an end. */
  public record State(String state, int exitCode, String reason, String message) {}

  public State containerState(String id) {
    var in = channel.call(RUNTIME, "ContainerStatus", new ProtoWriter().string(1, id), SHORT);
    var names = List.of("created", "running", "exited", "unknown");
    String state = names.getFirst();
    int exitCode = 0;
    String reason = "";
    String message = "";
    while (in.next()) {
      if (in.field() != 1) continue;
      var status = in.message();
      while (status.next()) {
        switch (status.field()) {
          case 3 -> state = names.get(Math.clamp(status.int32(), 0, 3));
          case 7 -> exitCode = status.int32();
          case 10 -> reason = status.string();
          case 11 -> message = status.string();
          default -> {}
        }
      }
    }
    return new State(state, exitCode, reason, message);
  }

  /** What a command in a container printed, and how it ended. */
  public record Executed(String out, String err, int exitCode) {}

  public Executed exec(String id, Duration limit, String... command) {
    var request =
        new ProtoWriter().string(1, id).strings(2, List.of(command)).varint(3, limit.toSeconds());
    var in = channel.call(RUNTIME, "ExecSync", request, limit.plusSeconds(10));
    String out = "";
    String err = "";
    int exitCode = 0;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> out = new String(in.bytes(), StandardCharsets.UTF_8);
        case 2 -> err = new String(in.bytes(), StandardCharsets.UTF_8);
        case 3 -> exitCode = in.int32();
        default -> {}
      }
    }
    return new Executed(out, err, exitCode);
  }

  /** Processor time and working set of a container; zero where the runtime reports none. */
  public record Stats(long cpuNanos, long workingSetBytes) {}

  public Stats stats(String id) {
    var in = channel.call(RUNTIME, "ContainerStats", new ProtoWriter().string(1, id), SHORT);
    long cpu = 0;
    long memory = 0;
    while (in.next()) {
      if (in.field() != 1) continue;
      var stats = in.message();
      while (stats.next()) {
        if (stats.field() == 2) cpu = boxed(stats.message());
        if (stats.field() == 3) memory = boxed(stats.message());
      }
    }
    return new Stats(cpu, memory);
  }

  /** Field 2 of CpuUsage and of MemoryUsage: a UInt64Value. */
  private static long boxed(ProtoReader in) {
    long value = 0;
    while (in.next()) {
      if (in.field() != 2) continue;
      var box = in.message();
      while (box.next()) {
        if (box.field() == 1) value = box.varint();
      }
    }
    return value;
  }

  private static String field1(ProtoReader in) {
    String value = "";
    while (in.next()) {
      if (in.field() == 1) value = in.string();
    }
    return value;
  }

  @Override
  public void close() {
    channel.close();
  }
}
