package dev.theca.simulator;

import dev.theca.enclave.LaunchMap;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes the OCI configuration of an enclave from its measured launch map and the few things that
 * the map leaves to the host. No foreign configuration is read, so nothing unmeasured can slip in.
 */
final class RuntimeConfig {
  private static final String ATTESTATION = "/dev/attestation";

  private RuntimeConfig() {}

  static Outcome<JsonObject> write(LaunchMap map, JsonObject host, Path rootfs, Path attestation) {
    var binds = host.object("binds").orElse(JsonObject.builder().build());
    for (String destination : binds.members().keySet()) {
      if (!map.binds().contains(destination) || destination.equals(ATTESTATION))
        return refused("bind " + destination, "one of " + map.binds(), "another");
    }
    var env = new ArrayList<>(map.env());
    for (Map.Entry<String, JsonValue> entry :
        host.object("env").orElse(JsonObject.builder().build()).members().entrySet()) {
      if (!map.hostEnv().contains(entry.getKey())
          || !(entry.getValue() instanceof JsonString(String value)))
        return refused("variable " + entry.getKey(), "one of " + map.hostEnv(), "another");
      env.add(entry.getKey() + "=" + value);
    }
    var mounts = new ArrayList<JsonValue>();
    boolean shared = false;
    for (LaunchMap.Mount mount : map.mounts()) {
      String source = source(mount, binds, attestation);
      if (source.isEmpty())
        return refused("bind " + mount.destination(), "a source from the host", "none");
      if (mount.type().equals("bind")
          && !onTmpfs(map, mount.destination())
          && !isEmpty(rootfs, mount.destination())) {
        return refused(
            "bind " + mount.destination(),
            "an empty file or directory of the bundle",
            "measured content");
      }
      shared |= mount.options().contains("rshared");
      mounts.add(
          JsonObject.builder()
              .put("destination", mount.destination())
              .put("type", mount.type())
              .put("source", source)
              .put("options", JsonArray.strings(mount.options()))
              .build());
    }
    var namespaces =
        namespaces(map, host.object("namespaces").orElse(JsonObject.builder().build()));
    if (namespaces.isEmpty())
      return refused("namespaces", "a path for each that the host chooses", "none");
    return Outcome.granted(config(map, host, rootfs, env, mounts, namespaces, shared));
  }

  private static String source(LaunchMap.Mount mount, JsonObject binds, Path attestation) {
    if (!mount.type().equals("bind")) return mount.type();
    return mount.destination().equals(ATTESTATION)
        ? attestation.toString()
        : binds.string(mount.destination()).orElse("");
  }

  private static boolean onTmpfs(LaunchMap map, String destination) {
    return map.mounts().stream()
        .anyMatch(m -> m.type().equals("tmpfs") && destination.startsWith(m.destination() + "/"));
  }

  private static boolean isEmpty(Path rootfs, String destination) {
    Path path = rootfs.resolve(destination.substring(1));
    try {
      if (Files.isRegularFile(path, java.nio.file.LinkOption.NOFOLLOW_LINKS))
        return Files.size(path) == 0;
      try (var list = Files.list(path)) {
        return Files.isDirectory(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)
            && list.findAny().isEmpty();
      }
    } catch (IOException e) {
      return false;
    }
  }

  private static List<JsonValue> namespaces(LaunchMap map, JsonObject chosen) {
    var list = new ArrayList<JsonValue>();
    for (String namespace : map.namespaces()) {
      boolean byHost = namespace.endsWith("@host");
      String type = namespace.replace("@host", "");
      var entry = JsonObject.builder().put("type", type);
      if (byHost) {
        if (chosen.string(type).isEmpty()) return List.of();
        entry.put("path", chosen.string(type).get());
      }
      list.add(entry.build());
    }
    return list;
  }

  private static JsonObject config(
      LaunchMap map,
      JsonObject host,
      Path rootfs,
      List<String> env,
      List<JsonValue> mounts,
      List<JsonValue> namespaces,
      boolean shared) {
    var capabilities = JsonObject.builder();
    for (String set : List.of("bounding", "effective", "permitted"))
      capabilities.put(set, JsonArray.strings(map.capabilities()));
    var process =
        JsonObject.builder()
            .put("terminal", false)
            .put("user", JsonObject.builder().put("uid", 0).put("gid", 0).build())
            .put("args", JsonArray.strings(map.argv()))
            .put("env", JsonArray.strings(env))
            .put("cwd", map.cwd())
            .put("capabilities", capabilities.build())
            .put("noNewPrivileges", map.noNewPrivileges())
            .build();
    var devices = new ArrayList<JsonValue>();
    var rules =
        new ArrayList<JsonValue>(
            List.of(JsonObject.builder().put("allow", false).put("access", "rwm").build()));
    for (LaunchMap.Device device : map.devices()) {
      devices.add(
          JsonObject.builder()
              .put("path", device.path())
              .put("type", device.type())
              .put("major", device.major())
              .put("minor", device.minor())
              .put("fileMode", 0600)
              .put("uid", 0)
              .put("gid", 0)
              .build());
      rules.add(
          JsonObject.builder()
              .put("allow", true)
              .put("type", device.type())
              .put("major", device.major())
              .put("minor", device.minor())
              .put("access", "rwm")
              .build());
    }
    var linux =
        JsonObject.builder()
            .put("namespaces", new JsonArray(namespaces))
            .put("devices", new JsonArray(devices))
            .put("resources", JsonObject.builder().put("devices", new JsonArray(rules)).build())
            .put("cgroupsPath", host.string("cgroupsPath").orElse(""))
            .put(
                "maskedPaths",
                JsonArray.of("/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/sched_debug"))
            .put(
                "readonlyPaths",
                JsonArray.of(
                    "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"));
    if (shared) linux.put("rootfsPropagation", "rshared");
    return JsonObject.builder()
        .put("ociVersion", "1.0.2")
        .put("process", process)
        .put(
            "root",
            JsonObject.builder().put("path", rootfs.toString()).put("readonly", true).build())
        .put("hostname", host.string("hostname").orElse("enclave"))
        .put("mounts", new JsonArray(mounts))
        .put("linux", linux.build())
        .build();
  }

  private static Outcome<JsonObject> refused(String what, String expected, String found) {
    return Outcome.refused(
        Code.of("launch-host-input"),
        what,
        expected,
        found,
        "launch with what the bundle's launch map leaves to the host");
  }
}
