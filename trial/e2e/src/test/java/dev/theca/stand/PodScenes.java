package dev.theca.stand;

import static dev.theca.stand.InPods.inPod;
import static dev.theca.stand.InPods.secured;
import static dev.theca.stand.InPods.started;
import static dev.theca.stand.InPods.with;

import dev.theca.cli.cri.CriClient;
import dev.theca.cli.cri.PodConfig;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Pods and their containers, through CRI as kubelet does it. */
final class PodScenes {
  private PodScenes() {}

  static List<Scene> all() {
    return List.of(
        new Scene("the life of a pod", PodScenes::life),
        new Scene("exec in a pod", ProcessScenes::exec),
        new Scene("exec on a terminal that changes its size", ProcessScenes::terminal),
        new Scene("attach", ProcessScenes::attach),
        new Scene("stop with and without grace", ProcessScenes::stop),
        new Scene("out of memory", ProcessScenes::outOfMemory),
        new Scene("new limits for a container", ProcessScenes::update),
        new Scene("statistics of a pod", ProcessScenes::statistics),
        new Scene("a shared process namespace", PodScenes::sharedPids),
        new Scene("a network of its own", PodScenes::network),
        new Scene("users, rights, read-only", PodScenes::security),
        Scene.alone("what cannot start", PodScenes::faults),
        Scene.alone("containerd restarts", PodScenes::restart),
        new Scene("two handlers at once", TwoHandlers::play));
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
    String last = "";
    String now = TaskScenes.text(file);
    // containerd copies what was said a moment after it was said
    for (int i = 0; i < 150 && (now.isEmpty() || !now.equals(last)); i++) {
      Place.pause(200);
      last = now;
      now = TaskScenes.text(file);
    }
    return now.replaceAll("(?m)^\\S+", "TIME").lines().sorted().toList().toString();
  }

  private static void sharedPids(Place place, Outcome seen) throws Exception {
    var config = place.pod();
    var options = JsonObject.builder().put("network", "NODE").put("pid", "POD").build();
    var security = JsonObject.builder().put("namespace_options", options).build();
    var linux =
        JsonObject.builder()
            .put("cgroup_parent", place.stand.cgroupParent())
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
      seen.say("all", shown(place, two, show, true));
      place.cri.stopContainer(one, Duration.ZERO);
      seen.say("first", place.end(one));
      seen.say("without the first", shown(place, two, show, false));
      seen.say("second", place.cri.containerState(two).state());
    } finally {
      place.cri.stopPod(pod);
      place.cri.removePod(pod);
    }
  }

  /** What a container sees, once the sleepers of the first one are there, or are gone. */
  private static CriClient.Executed shown(Place place, String id, String[] show, boolean both) {
    var seen = place.criExec(id, show);
    for (int i = 0; i < 100 && sleepers(seen.out()) != (both ? 2 : 0); i++) {
      Place.pause(100);
      seen = place.criExec(id, show);
    }
    return seen;
  }

  private static long sleepers(String processes) {
    return Stream.of("sleep 1001", "sleep 1002").filter(processes::contains).count();
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
          String ends = "sleep 6; exit 33";
          var second =
              with(
                  place.container(config, "sh", "-c", ends),
                  "metadata",
                  JsonObject.builder().put("name", "second").build());
          String later = started(place, pod, config, second);
          place.stand.stopContainerd();
          Place.pause(7500); // the second container ends while nobody listens
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
