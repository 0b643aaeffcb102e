package dev.theca.node.runc;

import dev.theca.node.cgroup.Cgroup;
import dev.theca.node.cgroup.CgroupTree;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A container of runc with nothing in its {@code state.json} but what we know the meaning of:
 * whoever starts or removes it has no hook to run, no device to give back and no manager to tell. A
 * member with a name that is new to us makes it one that we do not know.
 *
 * @param init its first process
 * @param group where its processes are counted
 * @param unit whether the group is a unit of systemd, which must be told when it goes
 */
record ContainerState(ProcessStart init, Cgroup group, boolean unit) {
  private static final int MAX = 1 << 20;
  private static final Set<String> MEMBERS =
      Set.of(
          "id",
          "init_process_pid",
          "init_process_start",
          "created",
          "config",
          "rootless",
          "cgroup_paths",
          "namespace_paths",
          "external_descriptors",
          "intel_rdt_path");

  /** Of libcontainer's configs.Config: without IntelRdt, NetDevices and the rootless ones. */
  private static final Set<String> CONFIG =
      Set.of(
          "no_pivot_root",
          "parent_death_signal",
          "rootfs",
          "umask",
          "readonlyfs",
          "rootPropagation",
          "mounts",
          "devices",
          "mount_label",
          "hostname",
          "domainname",
          "namespaces",
          "capabilities",
          "networks",
          "routes",
          "cgroups",
          "apparmor_profile",
          "process_label",
          "rlimits",
          "oom_score_adj",
          "uid_mappings",
          "gid_mappings",
          "mask_paths",
          "readonly_paths",
          "sysctl",
          "seccomp",
          "no_new_privileges",
          "Hooks",
          "version",
          "labels",
          "no_new_keyring",
          "time_offsets",
          "scheduler",
          "personality",
          "io_priority",
          "exec_cpu_affinity");

  /** Of the container with this folder; empty when it is not as described above. */
  static Optional<ContainerState> read(Path folder) {
    Path file = folder.resolve("state.json");
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) return Optional.empty();
    try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return of(in.readNBytes(MAX + 1), String.valueOf(folder.getFileName()));
    } catch (IOException e) {
      return Optional.empty(); // whoever needs it to be there says so better than we
    }
  }

  /** From the content of the file. */
  static Optional<ContainerState> of(byte[] content, String id) {
    var json = Json.object(content, Limits.DEFAULT.withBytes(MAX));
    return json.isGranted() ? of(json.orThrow(), id) : Optional.empty();
  }

  private static Optional<ContainerState> of(JsonObject json, String id) {
    var config = json.object("config");
    long pid = json.integer("init_process_pid").orElse(0L);
    boolean known =
        MEMBERS.containsAll(json.members().keySet())
            && json.string("id").filter(id::equals).isPresent()
            && pid > 0
            && json.bool("rootless").filter(yes -> !yes).isPresent()
            && json.string("intel_rdt_path").orElse("").isEmpty()
            && config.filter(ContainerState::isOrdinary).isPresent();
    if (!known) return Optional.empty();
    var init = new ProcessStart(pid, json.integer("init_process_start").orElse(0L));
    return json.object("cgroup_paths")
        .flatMap(ContainerState::group)
        .map(group -> new ContainerState(init, group, isUnit(config.get())));
  }

  private static boolean isOrdinary(JsonObject config) {
    return CONFIG.containsAll(config.members().keySet())
        && config.object("cgroups").filter(ContainerState::isKnownGroup).isPresent()
        && config.get("Hooks").map(ContainerState::areNone).orElse(true)
        && items(config, "networks").stream().allMatch(ContainerState::isLoopback);
  }

  /**
   * Since runc 1.3 what is false is left out (module opencontainers/cgroups). Then the driver must
   * show by the rest, too: only systemd's has a parent and a prefix, only the other one a path.
   */
  private static boolean isKnownGroup(JsonObject cgroups) {
    boolean unit = flag(cgroups, "Systemd").orElse(true);
    boolean path = !cgroups.string("path").orElse("").isEmpty();
    boolean parts =
        !cgroups.string("parent").orElse("").isEmpty()
            || !cgroups.string("scope_prefix").orElse("").isEmpty();
    return !flag(cgroups, "Rootless").orElse(true) && (unit ? !path : !parts);
  }

  /** False when it is not there; empty when it is no such word, or is there in other letters. */
  private static Optional<Boolean> flag(JsonObject json, String name) {
    for (String other : json.members().keySet())
      if (other.equalsIgnoreCase(name) && !other.equals(name)) return Optional.empty();
    return json.get(name).isEmpty() ? Optional.of(false) : json.bool(name);
  }

  private static boolean isUnit(JsonObject config) {
    return config.object("cgroups").flatMap(c -> c.bool("Systemd")).orElse(false);
  }

  private static List<JsonValue> items(JsonObject config, String name) {
    return config.array(name).orElse(List.of());
  }

  private static boolean areNone(JsonValue hooks) {
    if (hooks instanceof JsonNull) return true;
    return hooks instanceof JsonObject stages
        && stages.members().values().stream()
            .allMatch(
                stage ->
                    stage instanceof JsonNull
                        || stage instanceof JsonArray(var list) && list.isEmpty());
  }

  private static boolean isLoopback(JsonValue network) {
    return network instanceof JsonObject json
        && json.string("type").filter("loopback"::equals).isPresent();
  }

  private static Optional<Cgroup> group(JsonObject paths) {
    var folders = new TreeMap<String, Path>();
    try {
      for (Map.Entry<String, JsonValue> path : paths.members().entrySet()) {
        if (!(path.getValue() instanceof JsonString(String text))) return Optional.empty();
        folders.put(path.getKey(), Path.of(text));
      }
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
    if (folders.isEmpty()) return Optional.empty();
    return Optional.of(CgroupTree.ofMachine().at(folders)).filter(Cgroup::isOwn);
  }
}
