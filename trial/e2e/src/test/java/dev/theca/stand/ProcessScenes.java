package dev.theca.stand;

import static dev.theca.stand.InPods.inPod;
import static dev.theca.stand.InPods.limited;
import static dev.theca.stand.InPods.started;
import static dev.theca.stand.InPods.with;

import dev.theca.cli.cri.RemoteProcess;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Processes of containers in pods: how they are added, talked to, stopped, limited, counted. */
final class ProcessScenes {
  private ProcessScenes() {}

  static void exec(Place place, Outcome seen) throws Exception {
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

  static void terminal(Place place, Outcome seen) throws Exception {
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
                          "stty -echo; tty; "
                              + awaitSize("27 81")
                              + "; "
                              + awaitSize("50 132")
                              + "; exit 5"))
                  .put("tty", true)
                  .put("stdin", true)
                  .put("stdout", true)
                  .build();
          String url = place.cri.call("Exec", request).string("url").orElse("");
          var out = new ByteArrayOutputStream();
          try (var process = RemoteProcess.connect(url, out, out)) {
            await(out, "/dev/");
            process.resize(81, 27);
            await(out, "27 81");
            process.resize(132, 50);
            seen.say("code", process.await(Duration.ofSeconds(20)));
          }
          seen.say("output", out.toString(StandardCharsets.UTF_8));
        });
  }

  /** A shell's wait for a size of its terminal; what it has then is said. */
  private static String awaitSize(String size) {
    return "for i in $(seq 200); do [ \"$(stty size 2>&1)\" = '"
        + size
        + "' ] && break; sleep 0.1; done; stty size";
  }

  private static void await(ByteArrayOutputStream out, String text) {
    for (int i = 0; i < 1200 && !out.toString(StandardCharsets.UTF_8).contains(text); i++)
      Place.pause(50);
  }

  /**
   * CRI takes input to the container before it takes the container's output back to whoever
   * attached: what is said at once may be said to nobody. So the program says always something, and
   * what it hears comes after that was seen.
   */
  static void attach(Place place, Outcome seen) throws Exception {
    inPod(
        place,
        place.pod(),
        (pod, config) -> {
          String program =
              "(while :; do echo tick; sleep 0.1; done) & "
                  + "read a; echo got $a; read b; echo got $b; exit 2";
          var container = place.container(config, "sh", "-c", program);
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
              await(out, "tick");
              process.input((word + "\n").getBytes(StandardCharsets.UTF_8));
              await(out, "got " + word);
            }
            seen.say(word, out.toString(StandardCharsets.UTF_8).replace("tick\n", ""));
          }
          seen.say("end", place.end(id));
        });
  }

  static void stop(Place place, Outcome seen) throws Exception {
    inPod(
        place,
        place.pod(),
        (pod, config) -> {
          String polite = "trap 'exit 21' TERM; touch /ready; while :; do sleep 0.05; done";
          String id = started(place, pod, config, place.container(config, "sh", "-c", polite));
          String ready = "until [ -e /ready ]; do sleep 0.05; done";
          seen.say("ready", place.criExec(id, "sh", "-c", ready));
          place.cri.stopContainer(id, Duration.ofSeconds(10));
          seen.say("polite", place.end(id));
          place.cri.removeContainer(id);
          id = started(place, pod, config, place.container(config, "sleep", "1000"));
          String deaf = "until grep -q ^sleep /proc/1/cmdline; do sleep 0.05; done";
          seen.say("no runtime any more", place.criExec(id, "sh", "-c", deaf));
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

  static void outOfMemory(Place place, Outcome seen) throws Exception {
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

  static void update(Place place, Outcome seen) throws Exception {
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

  static void statistics(Place place, Outcome seen) throws Exception {
    inPod(
        place,
        place.pod(),
        (pod, config) -> {
          String busy =
              "dd if=/dev/zero of=/dev/null bs=1M count=500; dd if=/dev/zero of=/tmp/x bs=1M count=4; touch /done; sleep 1000";
          String id =
              started(
                  place, pod, config, limited(place.container(config, "sh", "-c", busy), 64 << 20));
          seen.say("done", place.criExec(id, "sh", "-c", TaskScenes.DONE).exitCode());
          Place.pause(2500); // the kernel adds small numbers up every two seconds
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
          items.stream().map(ProcessScenes::shape).toList().toString();
      case dev.theca.wire.json.JsonNumber number -> number.toLong().orElse(1L) == 0 ? "0" : "n";
      default -> "x";
    };
  }
}
