package dev.theca.stand;

import dev.theca.cli.cri.PodConfig;
import dev.theca.cli.cri.RemoteProcess;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Pods and their containers, through CRI as kubelet does it. */
final class PodScenes {
  private static final JsonObject NOTHING = JsonObject.builder().build();

  private PodScenes() {}

  static List<Scene> all() {
    return List.of(
        new Scene("the life of a pod", PodScenes::life),
        new Scene("exec in a pod", PodScenes::exec),
        new Scene("exec on a terminal that changes its size", PodScenes::terminal),
        new Scene("attach", PodScenes::attach),
        new Scene("stop with and without grace", PodScenes::stop),
        new Scene("out of memory", PodScenes::outOfMemory),
        new Scene("new limits for a container", PodScenes::update),
        new Scene("statistics of a pod", PodScenes::statistics),
        new Scene("a shared process namespace", PodScenes::sharedPids),
        new Scene("a network of its own", PodScenes::network),
        new Scene("users, rights, read-only", PodScenes::security),
        Scene.alone("what cannot start", PodScenes::faults),
        Scene.alone("containerd restarts", PodScenes::restart),
        new Scene("two handlers at once", TwoHandlers::play));
  }

  private interface InPod {
    void in(String pod, PodConfig config) throws Exception;
  }

  private static void inPod(Place place, PodConfig config, InPod play) throws Exception {
    String pod = place.cri.runPod(config, place.handler.cri());
    try {
      play.in(pod, config);
    } finally {
      place.cri.stopPod(pod);
      place.cri.removePod(pod);
    }
  }

  private static String started(Place place, String pod, PodConfig config, JsonObject container) {
    String id = place.cri.createContainer(pod, container, config.json());
    place.cri.startContainer(id);
    return id;
  }

  private static JsonObject with(JsonObject object, String name, JsonValue value) {
    var members = new LinkedHashMap<>(object.members());
    members.put(name, value);
    return new JsonObject(members);
  }

  /** A container's security context with more members. */
  private static JsonObject secured(JsonObject container, Map<String, JsonValue> more) {
    var linux = container.object("linux").orElse(NOTHING);
    var security = linux.object("security_context").orElse(NOTHING);
    for (var one : more.entrySet()) security = with(security, one.getKey(), one.getValue());
    return with(container, "linux", with(linux, "security_context", security));
  }

  private static JsonObject limited(JsonObject container, long memory) {
    var linux = container.object("linux").orElse(NOTHING);
    var limit = JsonObject.builder().put("memory_limit_in_bytes", memory).build();
    return with(container, "linux", with(linux, "resources", limit));
  }

  private static void life(Place place, Outcome seen) throws Exception {
    var config = place.pod();
    String pod = place.cri.runPod(config, place.handler.cri());
    seen.say("pod", place.podState(pod));
    var container = place.container(config, "sh", "-c", "echo hello; echo oops >&2; exit 12");
    String id = place.cri.createContainer(pod, container, config.json());
    seen.say("created", place.cri.containerState(id));
    place.cri.startContainer(id);
    seen.say("end", place.end(id));
    seen.say("state", place.cri.containerState(id));
    seen.say("log", log(config));
    seen.fault("start again", () -> place.cri.startContainer(id));
    seen.fault("exec in the ended", () -> place.criExec(id, "true"));
    place.cri.removeContainer(id);
    seen.fault("remove twice", () -> place.cri.removeContainer(id));
    place.cri.stopPod(pod);
    seen.fault("stop twice", () -> place.cri.stopPod(pod));
    seen.say("stopped", place.podState(pod));
    seen.fault(
        "container in a stopped pod",
        () -> place.cri.createContainer(pod, container, config.json()));
    place.cri.removePod(pod);
    seen.fault("remove twice", () -> place.cri.removePod(pod));
    seen.say("gone", place.cri.pods().contains(pod));
  }

  private static String log(PodConfig pod) throws Exception {
    Path file = Path.of(pod.logDirectory(), "app.log");
    for (int i = 0; i < 50 && !Files.exists(file); i++) Place.pause(50);
    Place.pause(200);
    return Files.readString(file)
        .replaceAll("(?m)^\\S+", "TIME")
        .lines()
        .sorted()
        .toList()
        .toString();
  }

  private static void exec(Place place, Outcome seen) throws Exception {
    inPod(
        place,
        place.pod(),
        (pod, config) -> {
          String id = started(place, pod, config, place.container(config, "sleep", "1000"));
          for (int code : new int[] {0, 1, 77, 255})
            seen.say(
                "exit " + code, place.criExec(id, "sh", "-c", "echo o; echo e >&2; exit " + code));
          seen.fault("missing", () -> place.criExec(id, "/nonsense"));
          seen.fault("too long", () -> place.cri.exec(id, Duration.ofSeconds(1), "sleep", "1000"));
          seen.say("processes after", place.criExec(id, "sh", "-c", "ps | grep -c '[s]leep 1000'"));
          seen.say("large", place.criExec(id, "sh", "-c", "seq 1 300000").out().length());
          seen.say("by a signal", place.criExec(id, "sh", "-c", "kill -9 $$").exitCode());
        });
  }

  private static void terminal(Place place, Outcome seen) throws Exception {
    inPod(
        place,
        place.pod(),
        (pod, config) -> {
          String id = started(place, pod, config, place.container(config, "sleep", "1000"));
          var request =
              JsonObject.builder()
                  .put("container_id", id)
                  .put(
                      "cmd",
                      JsonArray.of(
                          "sh",
                          "-c",
                          "stty -echo; tty; read x; stty size; read y; stty size; exit 5"))
                  .put("tty", true)
                  .put("stdin", true)
                  .put("stdout", true)
                  .build();
          String url = place.cri.call("Exec", request).string("url").orElse("");
          var out = new ByteArrayOutputStream();
          try (var process = RemoteProcess.connect(url, out, out)) {
            await(out, "/dev/");
            process.resize(81, 27);
            Place.pause(300);
            process.input("\n".getBytes(StandardCharsets.UTF_8));
            await(out, "27 81");
            process.resize(132, 50);
            Place.pause(300);
            process.input("\n".getBytes(StandardCharsets.UTF_8));
            seen.say("code", process.await(Duration.ofSeconds(20)));
          }
          seen.say("output", out.toString(StandardCharsets.UTF_8));
        });
  }

  private static void await(ByteArrayOutputStream out, String text) {
    for (int i = 0; i < 100 && !out.toString(StandardCharsets.UTF_8).contains(text); i++)
      Place.pause(50);
  }

  private static void attach(Place place, Outcome seen) throws Exception {
    inPod(
        place,
        place.pod(),
        (pod, config) -> {
          var container =
              place.container(
                  config, "sh", "-c", "read a; echo got $a; read b; echo got $b; exit 2");
          container = with(container, "stdin", new JsonBool(true));
          String id = started(place, pod, config, container);
          for (String word : List.of("one", "two")) {
            var request =
                JsonObject.builder()
                    .put("container_id", id)
                    .put("stdin", true)
                    .put("stdout", true)
                    .put("stderr", true)
                    .build();
            String url = place.cri.call("Attach", request).string("url").orElse("");
            var out = new ByteArrayOutputStream();
            try (var process = RemoteProcess.connect(url, out, out)) {
              process.input((word + "\n").getBytes(StandardCharsets.UTF_8));
              await(out, "got " + word);
            }
            seen.say(word, out.toString(StandardCharsets.UTF_8));
          }
          seen.say("end", place.end(id));
        });
  }

  private static void stop(Place place, Outcome seen) throws Exception {
    inPod(
        place,
        place.pod(),
        (pod, config) -> {
          String polite = "trap 'exit 21' TERM; while :; do sleep 0.05; done";
          String id = started(place, pod, config, place.container(config, "sh", "-c", polite));
          Place.pause(500);
          place.cri.stopContainer(id, Duration.ofSeconds(10));
          seen.say("polite", place.end(id));
          place.cri.removeContainer(id);
          id = started(place, pod, config, place.container(config, "sleep", "1000"));
          place.cri.stopContainer(id, Duration.ofSeconds(1));
          seen.say("deaf", place.end(id));
          place.cri.removeContainer(id);
          id = started(place, pod, config, place.container(config, "sleep", "1000"));
          place.cri.stopContainer(id, Duration.ZERO);
          seen.say("at once", place.end(id));
          place.cri.removeContainer(id);
          id = started(place, pod, config, place.container(config, "sleep", "1000"));
          place.cri.removeContainer(id);
          seen.say("removed while it runs", place.cri.containers().contains(id));
        });
  }

  private static void outOfMemory(Place place, Outcome seen) throws Exception {
    inPod(
        place,
        place.pod(),
        (pod, config) -> {
          for (int i = 0; i < 3; i++) {
            var eater = place.container(config, "dd", "if=/dev/zero", "of=/dev/null", "bs=64M");
            String id = started(place, pod, config, limited(eater, 16 << 20));
            seen.say("end", KnownDifference.withReason(place.handler, place.end(id)));
            place.cri.removeContainer(id);
          }
          var quiet = place.container(config, "sh", "-c", "exit 137");
          seen.say(
              "only the code", place.end(started(place, pod, config, limited(quiet, 16 << 20))));
        });
  }

  private static void update(Place place, Outcome seen) throws Exception {
    inPod(
        place,
        place.pod(),
        (pod, config) -> {
          String id =
              started(
                  place, pod, config, limited(place.container(config, "sleep", "1000"), 64 << 20));
          String[] show = {
            "sh",
            "-c",
            "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu/cpu.shares /sys/fs/cgroup/memory.max /sys/fs/cgroup/cpu.max 2>/dev/null"
          };
          seen.say("before", place.criExec(id, show).out());
          var linux =
              JsonObject.builder()
                  .put("memory_limit_in_bytes", 48 << 20)
                  .put("cpu_quota", 50_000)
                  .put("cpu_period", 100_000)
                  .put("cpu_shares", 512)
                  .build();
          var request = JsonObject.builder().put("container_id", id).put("linux", linux).build();
          seen.fault("update", () -> place.cri.call("UpdateContainerResources", request));
          seen.say("after", place.criExec(id, show).out());
          var tiny = JsonObject.builder().put("memory_limit_in_bytes", 1).build();
          var wrong = JsonObject.builder().put("container_id", id).put("linux", tiny).build();
          seen.fault("an impossible one", () -> place.cri.call("UpdateContainerResources", wrong));
        });
  }

  private static void statistics(Place place, Outcome seen) throws Exception {
    inPod(
        place,
        place.pod(),
        (pod, config) -> {
          String busy =
              "dd if=/dev/zero of=/dev/null bs=1M count=500; dd if=/dev/zero of=/tmp/x bs=1M count=4; sleep 1000";
          String id =
              started(
                  place, pod, config, limited(place.container(config, "sh", "-c", busy), 64 << 20));
          Place.pause(2000);
          var stats =
              place.cri.call(
                  "ContainerStats", JsonObject.builder().put("container_id", id).build());
          seen.say("processor", place.cri.stats(id).cpuNanos() > 1_000_000);
          seen.say("memory", place.cri.stats(id).workingSetBytes() > 100_000);
          seen.say("members", shape(stats));
          var ofPod =
              place.cri.call(
                  "PodSandboxStats", JsonObject.builder().put("pod_sandbox_id", pod).build());
          seen.say("members of the pod", shape(ofPod));
        });
  }

  /** The names of what is there, and whether numbers are zero. */
  private static String shape(JsonValue value) {
    return switch (value) {
      case JsonObject object -> {
        var names = new java.util.TreeMap<String, String>();
        object.members().forEach((name, member) -> names.put(name, shape(member)));
        names.remove("usage_nano_cores"); // between two samples: of the moment
        names.remove("major_page_faults");
        names.remove("writable_layer"); // the snapshotter's, and looked at every ten seconds
        yield names.toString();
      }
      case JsonArray(List<JsonValue> items) ->
          items.stream().map(PodScenes::shape).toList().toString();
      case dev.theca.wire.json.JsonNumber number -> number.toLong().orElse(1L) == 0 ? "0" : "n";
      default -> "x";
    };
  }

  private static void sharedPids(Place place, Outcome seen) throws Exception {
    var config = place.pod();
    var options = JsonObject.builder().put("network", "NODE").put("pid", "POD").build();
    var security = JsonObject.builder().put("namespace_options", options).build();
    var linux =
        JsonObject.builder()
            .put("cgroup_parent", "/" + place.stand.name())
            .put("security_context", security)
            .build();
    var json = with(config.json(), "linux", linux);
    String pod = place.cri.runPod(json, place.handler.cri());
    try {
      var first =
          secured(
              place.container(config, "sh", "-c", "sleep 1001 & sleep 1002"),
              Map.of("namespace_options", options));
      String one = place.cri.createContainer(pod, first, json);
      place.cri.startContainer(one);
      var second = with(first, "metadata", JsonObject.builder().put("name", "second").build());
      second = with(second, "command", JsonArray.of("sleep", "1003"));
      String two = place.cri.createContainer(pod, second, json);
      place.cri.startContainer(two);
      String[] show = {
        "sh", "-c", "ps -o comm,args | grep -v -E 'ps|sort|grep|exe|COMMAND' | sort"
      };
      Place.pause(300);
      seen.say("all", place.criExec(two, show));
      place.cri.stopContainer(one, Duration.ZERO);
      seen.say("first", place.end(one));
      Place.pause(300);
      seen.say("without the first", place.criExec(two, show));
      seen.say("second", place.cri.containerState(two).state());
    } finally {
      place.cri.stopPod(pod);
      place.cri.removePod(pod);
    }
  }

  private static void network(Place place, Outcome seen) throws Exception {
    inPod(
        place,
        place.pod(false),
        (pod, config) -> {
          String id = started(place, pod, config, place.container(config, "sleep", "1000"));
          seen.say("interfaces", place.criExec(id, "sh", "-c", "ls /sys/class/net | sort"));
          seen.say("name", place.criExec(id, "hostname"));
          seen.say(
              "address", place.criExec(id, "sh", "-c", "ip -4 addr show eth0 | grep -c 10.97"));
          seen.say("hosts", place.criExec(id, "sh", "-c", "grep -c pod /etc/hosts"));
        });
  }

  private static void security(Place place, Outcome seen) throws Exception {
    inPod(
        place,
        place.pod(),
        (pod, config) -> {
          String[] show = {
            "sh",
            "-c",
            "id; grep -E 'Cap(Eff|Bnd)|NoNew|Seccomp:' /proc/self/status; touch /x; touch /tmp/y"
          };
          var plain = place.container(config, "sleep", "1000");
          var kinds = new LinkedHashMap<String, Map<String, JsonValue>>();
          kinds.put("plain", Map.of());
          kinds.put(
              "numeric", Map.of("run_as_user", JsonObject.builder().put("value", 1234).build()));
          kinds.put("named", Map.of("run_as_username", new JsonString("ann")));
          kinds.put("read-only", Map.of("readonly_rootfs", new JsonBool(true)));
          kinds.put("no new privileges", Map.of("no_new_privs", new JsonBool(true)));
          kinds.put(
              "none",
              Map.of(
                  "capabilities",
                  JsonObject.builder().put("drop_capabilities", JsonArray.of("ALL")).build()));
          kinds.put(
              "more",
              Map.of(
                  "capabilities",
                  JsonObject.builder().put("add_capabilities", JsonArray.of("SYS_TIME")).build()));
          for (var kind : kinds.entrySet()) {
            String id = started(place, pod, config, secured(plain, kind.getValue()));
            seen.say(kind.getKey(), place.criExec(id, show));
            place.cri.removeContainer(id);
          }
        });
  }

  private static void faults(Place place, Outcome seen) throws Exception {
    inPod(
        place,
        place.pod(),
        (pod, config) -> {
          for (var wrong :
              Map.of(
                      "program", place.container(config, "/nonsense"),
                      "folder",
                          with(
                              place.container(config, "true"),
                              "working_dir",
                              new JsonString("/etc/passwd")),
                      "user",
                          secured(
                              place.container(config, "true"),
                              Map.of("run_as_username", new JsonString("nobody-knows"))),
                      "image",
                          with(
                              place.container(config, "true"),
                              "image",
                              JsonObject.builder()
                                  .put("image", "theca.example/nonsense:1")
                                  .build()))
                  .entrySet()
                  .stream()
                  .sorted(Map.Entry.comparingByKey())
                  .toList()) {
            seen.fault(wrong.getKey(), () -> started(place, pod, config, wrong.getValue()));
            for (String id : place.cri.containers()) {
              var state = place.cri.containerState(id);
              if (state.state().equals("exited") || state.state().equals("created")) {
                seen.say(wrong.getKey() + " state", state);
                place.cri.removeContainer(id);
              }
            }
          }
          seen.say(
              "still",
              place.end(
                  started(place, pod, config, place.container(config, "sh", "-c", "exit 4"))));
        });
  }

  private static void restart(Place place, Outcome seen) throws Exception {
    String task = place.waiting();
    inPod(
        place,
        place.pod(),
        (pod, config) -> {
          String id = started(place, pod, config, place.container(config, "sleep", "1000"));
          String ends = "sleep 3; exit 33";
          var second =
              with(
                  place.container(config, "sh", "-c", ends),
                  "metadata",
                  JsonObject.builder().put("name", "second").build());
          String later = started(place, pod, config, second);
          place.stand.stopContainerd();
          Place.pause(4000); // the second container ends while nobody listens
          place.stand.startContainerd();
          place.awaitCri();
          seen.say("pod", place.podState(pod));
          seen.say("container", place.cri.containerState(id).state());
          seen.say("ended meanwhile", place.end(later));
          seen.say("exec", place.criExec(id, "echo", "alive"));
          place.cri.stopContainer(id, Duration.ZERO);
          seen.say("end", place.end(id));
          seen.say("task", place.status(task));
          seen.ran("exec in the task", place.exec(task, "sh", "-c", "echo alive; exit 9"));
        });
    seen.ran("kill", place.ctr("task", "kill", "--signal", "KILL", task));
    seen.say("status", place.awaitStatus(task, "STOPPED"));
    seen.ran("code", place.ctr("task", "delete", task));
    place.ctr("container", "rm", task);
  }
}
