package dev.theca.node.pod;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An OCI runtime configuration as containerd wrote it: read, and changed member by member; what is
 * not named here stays as it was.
 */
public record Spec(JsonObject json) {
  private static final int MAX = 4 << 20;
  private static final String CRI = "io.kubernetes.cri.";

  public static Spec read(Path bundle) throws IOException {
    return new Spec(
        Json.object(
                Files.readAllBytes(bundle.resolve("config.json")), Limits.DEFAULT.withBytes(MAX))
            .orThrow());
  }

  void write(Path bundle) throws IOException {
    Files.write(bundle.resolve("config.json"), Json.write(json));
  }

  /** What groups containers: a name given for it, or the pod's sandbox. */
  public Optional<String> group() {
    return json.object("annotations")
        .flatMap(a -> a.string("io.containerd.runc.v2.group"))
        .or(() -> cri("sandbox-id"));
  }

  Optional<String> annotation(String name) {
    return json.object("annotations").flatMap(a -> a.string(name));
  }

  List<JsonObject> mounts() {
    return json.array("mounts").orElse(List.of()).stream()
        .filter(JsonObject.class::isInstance)
        .map(JsonObject.class::cast)
        .toList();
  }

  /**
   * Without the folders that containerd makes for VOLUME of an image: these paths stay in the
   * sealed tree.
   */
  Spec withoutImageVolumes(String id) {
    String folder = "/containers/" + id + "/volumes/";
    var kept =
        mounts().stream()
            .filter(mount -> !mount.string("source").orElse("").contains(folder))
            .<JsonValue>map(mount -> mount)
            .toList();
    return with("mounts", new JsonArray(kept));
  }

  /** An annotation of the runtime interface, by its short name. */
  public Optional<String> cri(String name) {
    return json.object("annotations").flatMap(a -> a.string(CRI + name));
  }

  JsonObject process() {
    return object(json, "process");
  }

  boolean readOnlyRoot() {
    return object(json, "root").bool("readonly").orElse(false);
  }

  public String cgroupsPath() {
    return object(json, "linux").string("cgroupsPath").orElse("");
  }

  /** Whether its processes live on when its first one ends. */
  public boolean sharesProcesses() {
    return !hasNamespace("pid") || namespacePath("pid").isPresent();
  }

  /** The path of a namespace; empty when there is no entry of this type, or it is a new one. */
  public Optional<String> namespacePath(String type) {
    for (JsonValue item : object(json, "linux").array("namespaces").orElse(List.of())) {
      if (item instanceof JsonObject n && n.string("type").orElse("").equals(type))
        return n.string("path").filter(p -> !p.isEmpty());
    }
    return Optional.empty();
  }

  public boolean hasNamespace(String type) {
    return object(json, "linux").array("namespaces").orElse(List.of()).stream()
        .anyMatch(i -> i instanceof JsonObject n && n.string("type").orElse("").equals(type));
  }

  /** Where a bind at {@code destination} comes from. */
  Optional<String> bindSource(String destination) {
    for (JsonValue item : json.array("mounts").orElse(List.of())) {
      if (item instanceof JsonObject m && m.string("destination").orElse("").equals(destination))
        return m.string("source");
    }
    return Optional.empty();
  }

  Spec root(Path rootfs, boolean readOnly) {
    return with(
        "root",
        JsonObject.builder().put("path", rootfs.toString()).put("readonly", readOnly).build());
  }

  /** Replaces members of the process. */
  Spec process(Map<String, JsonValue> changes) {
    return with("process", merged(process(), changes));
  }

  Spec bind(Path source, String destination) {
    var mounts = new ArrayList<>(json.array("mounts").orElse(List.of()));
    mounts.add(
        JsonObject.builder()
            .put("destination", destination)
            .put("type", "bind")
            .put("source", source.toString())
            .put("options", JsonArray.of("bind", "private"))
            .build());
    return with("mounts", new JsonArray(mounts));
  }

  private Spec with(String name, JsonValue value) {
    return new Spec(merged(json, Map.of(name, value)));
  }

  public static JsonObject merged(JsonObject base, Map<String, JsonValue> changes) {
    var members = new LinkedHashMap<>(base.members());
    members.putAll(changes);
    return new JsonObject(members);
  }

  static JsonObject object(JsonObject json, String name) {
    return json.object(name).orElse(JsonObject.builder().build());
  }

  static JsonValue text(String value) {
    return new JsonString(value);
  }
}
