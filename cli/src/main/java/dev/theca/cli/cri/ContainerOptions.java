package dev.theca.cli.cri;

import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** What a container is to be: a file with a ContainerConfig, or options. */
final class ContainerOptions {
  private static final long PERIOD_MICROS = 100_000;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A ContainerConfig in JSON, with the names of api.proto.")
  private List<Path> file = new ArrayList<>();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "app",
      description = "Its name in the pod (default: ${DEFAULT-VALUE}).")
  private String name = "";

  @Option(
      names = "--image",
      paramLabel = "IMAGE",
      defaultValue = "",
      description = "An image that was pulled.")
  private String image = "";

  @Option(names = "--env", paramLabel = "KEY=VALUE", description = "An environment variable.")
  private Map<String, String> env = new LinkedHashMap<>();

  @Option(
      names = "--workdir",
      paramLabel = "FOLDER",
      defaultValue = "",
      description = "The working directory; left out: the image's.")
  private String workingDir = "";

  @Option(
      names = "--user",
      paramLabel = "USER",
      defaultValue = "",
      description = "A number, NUMBER:GROUP, or a name that the image knows.")
  private String user = "";

  @Option(names = "--log", paramLabel = "FILE", defaultValue = "", description = "In --log-dir.")
  private String log = "";

  @Option(
      names = {"-t", "--tty"},
      description = "Has a terminal.")
  private boolean tty;

  @Option(
      names = {"-i", "--stdin"},
      description = "Its input stays open.")
  private boolean stdin;

  @Option(
      names = "--mount",
      paramLabel = "HOST:CONTAINER[:ro]",
      description = "A folder or file of the host.")
  private List<String> mounts = new ArrayList<>();

  @Option(names = "--memory", paramLabel = "BYTES", description = "Limit of memory.")
  private long memory;

  @Option(names = "--cpus", paramLabel = "N", description = "Limit of processors, e.g. 0.5.")
  private double cpus;

  @Option(names = "--read-only", description = "A read-only root file system.")
  private boolean readOnly;

  @Option(names = "--privileged", description = "With all rights of the host.")
  private boolean privileged;

  @Option(names = "--cap-add", paramLabel = "NAME", description = "A capability more.")
  private List<String> add = new ArrayList<>();

  @Option(names = "--cap-drop", paramLabel = "NAME", description = "A capability less, or ALL.")
  private List<String> drop = new ArrayList<>();

  String image() {
    return image;
  }

  /** For a sandbox, whose network it shares. */
  JsonObject config(List<String> command, JsonObject pod) throws IOException {
    if (!file.isEmpty()) return Talk.file(file.getFirst());
    if (image.isEmpty()) throw new Messages.WrongMessage("--image or --config says what to run");
    var base = new ContainerConfig(name, image, command, List.of(), env, log);
    var json = base.json(false);
    json = Talk.with(json, "working_dir", new dev.theca.wire.json.JsonString(workingDir));
    json = Talk.with(json, "mounts", mounts());
    json = Talk.with(json, "tty", new dev.theca.wire.json.JsonBool(tty));
    json = Talk.with(json, "stdin", new dev.theca.wire.json.JsonBool(stdin));
    var linux =
        JsonObject.builder()
            .put("resources", resources(memory, cpus))
            .put("security_context", security(pod));
    return Talk.with(json, "linux", linux.build());
  }

  static JsonObject resources(long memory, double cpus) {
    var resources = JsonObject.builder();
    if (memory > 0) resources.put("memory_limit_in_bytes", memory);
    if (cpus > 0) {
      resources.put("cpu_period", PERIOD_MICROS);
      resources.put("cpu_quota", Math.round(cpus * PERIOD_MICROS));
    }
    return resources.build();
  }

  private JsonArray mounts() {
    var all = new ArrayList<JsonValue>();
    for (String mount : mounts) {
      String[] parts = mount.split(":");
      if (parts.length < 2 || parts.length > 3 || (parts.length == 3 && !parts[2].equals("ro")))
        throw new Messages.WrongMessage("--mount is HOST:CONTAINER or HOST:CONTAINER:ro");
      all.add(
          JsonObject.builder()
              .put("host_path", parts[0])
              .put("container_path", parts[1])
              .put("readonly", parts.length == 3)
              .build());
    }
    return new JsonArray(all);
  }

  private JsonObject security(JsonObject pod) {
    var security =
        JsonObject.builder()
            .put("namespace_options", namespaces(pod))
            .put("privileged", privileged)
            .put("readonly_rootfs", readOnly)
            .put(
                "capabilities",
                JsonObject.builder()
                    .put("add_capabilities", JsonArray.strings(add))
                    .put("drop_capabilities", JsonArray.strings(drop))
                    .build());
    if (user.matches("[0-9]+(:[0-9]+)?")) {
      String[] ids = user.split(":");
      security.put("run_as_user", boxed(ids[0]));
      if (ids.length == 2) security.put("run_as_group", boxed(ids[1]));
    } else if (!user.isEmpty()) security.put("run_as_username", user);
    return security.build();
  }

  private static JsonObject boxed(String number) {
    return JsonObject.builder().put("value", Long.parseLong(number)).build();
  }

  /** A container has the namespaces that its sandbox has. */
  private static JsonObject namespaces(JsonObject pod) {
    return pod.object("linux")
        .flatMap(l -> l.object("security_context"))
        .flatMap(s -> s.object("namespace_options"))
        .orElse(JsonObject.builder().build());
  }
}
