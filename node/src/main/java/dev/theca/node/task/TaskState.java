package dev.theca.node.task;

import dev.theca.linux.Fd;
import dev.theca.linux.Swap;
import dev.theca.node.io.Stdio;
import dev.theca.node.rootfs.RootfsMount;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a daemon needs to take a container over from one that ended: {@code theca.json} in its
 * bundle. Written as a whole at Create and at each change; a file that was cut off or is no state
 * is refused, not guessed at.
 *
 * @param group the pod's sandbox; the container's own id without one
 * @param role {@code sandbox}, {@code container}, or {@code single} without a pod
 * @param runc program of the runtime; {@code root} its state folder, with the namespace
 * @param work where the runtime's files are: the bundle, or a folder of the pod
 * @param cgroup paths by controller
 */
public record TaskState(
    String namespace,
    String id,
    String group,
    String role,
    Path runc,
    Path root,
    boolean systemdCgroup,
    int ioUid,
    int ioGid,
    Path work,
    List<RootfsMount> rootfs,
    Map<String, String> cgroup,
    Announced announced,
    List<String> also,
    Member init,
    List<Member> added) {
  /**
   * One process. {@code startTicks} is field 22 of its {@code stat}, and tells a number that was
   * used again; 0 when it never ran.
   */
  public record Member(
      String execId,
      String status,
      long pid,
      long startTicks,
      Stdio stdio,
      byte[] description,
      Optional<Exit> exit) {
    JsonObject json() {
      var json =
          JsonObject.builder()
              .put("exec", execId)
              .put("status", status)
              .put("pid", pid)
              .put("start", startTicks)
              .put("stdin", stdio.in())
              .put("stdout", stdio.out())
              .put("stderr", stdio.err())
              .put("terminal", stdio.terminal())
              .put("process", Base64.getEncoder().encodeToString(description));
      exit.ifPresent(e -> json.put("exit_status", e.status()).put("exited_at", e.at().toString()));
      return json.build();
    }

    static Member of(JsonObject json) {
      return new Member(
          json.requireString("exec").orThrow(),
          json.requireString("status").orThrow(),
          json.requireInteger("pid").orThrow(),
          json.requireInteger("start").orThrow(),
          new Stdio(
              json.requireString("stdin").orThrow(),
              json.requireString("stdout").orThrow(),
              json.requireString("stderr").orThrow(),
              json.requireBool("terminal").orThrow()),
          Base64.getDecoder().decode(json.requireString("process").orThrow()),
          json.integer("exit_status")
              .map(
                  s ->
                      new Exit(
                          s.intValue(), Instant.parse(json.requireString("exited_at").orThrow()))));
    }
  }

  private static final String NAME = "theca.json";
  private static final String SPARE = "." + NAME;
  private static final int MAX = 1 << 20;
  private static final int MODE = 0600;
  private static final int VERSION = 1;

  public TaskState {
    rootfs = List.copyOf(rootfs);
    cgroup = Map.copyOf(cgroup);
    also = List.copyOf(also);
    added = List.copyOf(added);
  }

  /**
   * Replaces the file of a bundle at once. It must outlive this daemon and not the machine, whose
   * end is the end of every container: so nobody waits for a disk. The file before stays and is
   * written over the next time, because making one costs more than filling one. For one thread at a
   * time.
   */
  public void write(Path bundle) throws IOException {
    Path file = bundle.resolve(NAME);
    Path spare = bundle.resolve(SPARE);
    try (Fd fd = Fd.open(spare, Fd.O_WRONLY | Fd.O_CREAT | Fd.O_NOFOLLOW, MODE)) {
      byte[] bytes = Json.write(json());
      fd.writeAt(java.nio.ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), 0);
      fd.resize(bytes.length);
    }
    if (!Swap.names(spare, file)) Files.move(spare, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The last one is written. */
  static void end(Path bundle) throws IOException {
    Files.deleteIfExists(bundle.resolve(SPARE));
  }

  private JsonObject json() {
    var paths = JsonObject.builder();
    new TreeMap<>(cgroup).forEach(paths::put);
    return JsonObject.builder()
        .put("version", VERSION)
        .put("namespace", namespace)
        .put("id", id)
        .put("group", group)
        .put("role", role)
        .put("runc", runc.toString())
        .put("root", root.toString())
        .put("systemd_cgroup", systemdCgroup)
        .put("io_uid", ioUid)
        .put("io_gid", ioGid)
        .put("work", work.toString())
        .put("rootfs", array(rootfs.stream().map(TaskState::mount).toList()))
        .put("cgroup", paths.build())
        .put("ttrpc_address", announced.ttrpcAddress())
        .put("grpc_address", announced.grpcAddress())
        .put("also", JsonArray.strings(also))
        .put("init", init.json())
        .put("added", array(added.stream().map(Member::json).toList()))
        .build();
  }

  private static JsonArray array(List<JsonObject> items) {
    return new JsonArray(List.<JsonValue>copyOf(items));
  }

  private static JsonObject mount(RootfsMount mount) {
    return JsonObject.builder()
        .put("type", mount.type())
        .put("source", mount.source())
        .put("target", mount.target())
        .put("options", JsonArray.strings(mount.options()))
        .build();
  }

  /** Reads a bundle's file; empty when there is none. */
  public static Outcome<Optional<TaskState>> read(Path bundle) throws IOException {
    Path file = bundle.resolve(NAME);
    if (!Files.exists(file)) return Outcome.granted(Optional.empty());
    byte[] bytes;
    try (var in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX + 1);
    }
    return Json.object(bytes, Limits.DEFAULT.withBytes(MAX)).then(TaskState::of).map(Optional::of);
  }

  private static Outcome<TaskState> of(JsonObject json) {
    try {
      if (json.requireInteger("version").orThrow() != VERSION)
        return refused("of version " + json.requireInteger("version").orThrow());
      return Outcome.granted(parsed(json));
    } catch (dev.theca.wire.RefusedException
        | java.time.DateTimeException
        | IllegalArgumentException e) {
      return refused(String.valueOf(e.getMessage()));
    }
  }

  private static Outcome<TaskState> refused(String found) {
    return Outcome.refused(
        dev.theca.wire.Code.of("task-state"),
        NAME,
        "the state of a task, version " + VERSION,
        found,
        "remove the container");
  }

  private static TaskState parsed(JsonObject json) {
    var cgroup = new TreeMap<String, String>();
    JsonObject paths = json.requireObject("cgroup").orThrow();
    for (String name : paths.members().keySet())
      cgroup.put(name, paths.requireString(name).orThrow());
    return new TaskState(
        json.requireString("namespace").orThrow(),
        json.requireString("id").orThrow(),
        json.requireString("group").orThrow(),
        json.requireString("role").orThrow(),
        Path.of(json.requireString("runc").orThrow()),
        Path.of(json.requireString("root").orThrow()),
        json.requireBool("systemd_cgroup").orThrow(),
        json.requireInteger("io_uid").orThrow().intValue(),
        json.requireInteger("io_gid").orThrow().intValue(),
        Path.of(json.requireString("work").orThrow()),
        objects(json, "rootfs").stream().map(TaskState::mount).toList(),
        cgroup,
        new Announced(
            json.requireString("ttrpc_address").orThrow(),
            json.requireString("grpc_address").orThrow()),
        json.requireStrings("also").orThrow(),
        Member.of(json.requireObject("init").orThrow()),
        objects(json, "added").stream().map(Member::of).toList());
  }

  private static List<JsonObject> objects(JsonObject json, String name) {
    var objects = new ArrayList<JsonObject>();
    for (JsonValue item : json.requireArray(name).orThrow())
      if (item instanceof JsonObject object) objects.add(object);
    return objects;
  }

  private static RootfsMount mount(JsonObject json) {
    return new RootfsMount(
        json.requireString("type").orThrow(),
        json.requireString("source").orThrow(),
        json.requireString("target").orThrow(),
        json.requireStrings("options").orThrow());
  }
}
