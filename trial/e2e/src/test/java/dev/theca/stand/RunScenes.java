package dev.theca.stand;

import dev.theca.kit.stand.Sh;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Containers that run to their end, by {@code ctr run}. */
final class RunScenes {
  /** An emulated machine takes fewer. */
  private static final int MANY = Integer.getInteger("theca.stand.many", 50);

  /**
   * A program that is given a line, and the end of its input once that has come back: ctr loses an
   * end that comes before it has started the task.
   */
  private static final String LINE =
      """
      at=$(mktemp -d) && mkfifo $at/in && touch $at/out
      %s <$at/in >$at/out &
      exec 3>$at/in
      echo line >&3
      until [ -s $at/out ] || ! kill -0 $! 2>/dev/null; do sleep 0.1; done
      exec 3>&-
      wait $!
      code=$?
      cat $at/out
      rm -r $at
      exit $code
      """;

  private RunScenes() {}

  static List<Scene> all() {
    return List.of(
        new Scene("a program's output, errors and exit code", RunScenes::output),
        new Scene("exit codes of runs", RunScenes::codes),
        new Scene("standard input and its end", RunScenes::input),
        new Scene("a program, a folder, a user that is missing", RunScenes::missing),
        new Scene("a read-only root", RunScenes::readOnly),
        new Scene("capabilities", RunScenes::capabilities),
        new Scene("environment, working directory, host name", RunScenes::environment),
        new Scene("namespaces, own and the host's", RunScenes::namespaces),
        new Scene("a limit of memory that is exceeded", RunScenes::memory),
        new Scene("sixty-four megabytes of output", RunScenes::large),
        new Scene("output to a file", RunScenes::logFile),
        new Scene("a background child that holds the output", RunScenes::orphan),
        new Scene("fifty at once", RunScenes::many));
  }

  private static void output(Place place, Outcome seen) {
    seen.ran("both", place.run(List.of(), "sh", "-c", "echo out; echo err >&2; exit 3"));
    seen.ran("nothing", place.run(List.of(), "true"));
    seen.ran("without a newline", place.run(List.of(), "printf", "x"));
  }

  private static void codes(Place place, Outcome seen) {
    for (int code : new int[] {0, 1, 2, 126, 127, 128, 137, 143, 255})
      seen.say("exit " + code, place.run(List.of(), "sh", "-c", "exit " + code).code());
  }

  private static void input(Place place, Outcome seen) {
    byte[] megabyte = new byte[1 << 20];
    var command = place.running(List.of("--rm"), place.id(), "wc", "-c");
    seen.ran("a megabyte", Sh.run(command, megabyte));
    String cat = String.join("' '", place.running(List.of("--rm"), place.id(), "cat"));
    seen.ran("a line", Sh.run(List.of("sh", "-c", LINE.formatted("'" + cat + "'"))));
    command = place.running(List.of("--rm", "--null-io"), place.id(), "cat");
    seen.ran("null", Sh.run(command));
  }

  private static void missing(Place place, Outcome seen) {
    seen.ran("program", place.run(List.of(), "/nonsense"));
    seen.ran("a program by name", place.run(List.of(), "nonsense"));
    seen.ran("a folder as program", place.run(List.of(), "/etc"));
    seen.ran("folder", place.run(List.of("--cwd", "/etc/passwd"), "pwd"));
    seen.ran("a mount's source", place.run(mount("/nonsense-source", "/mnt"), "true"));
  }

  private static List<String> mount(String source, String target) {
    return List.of("--mount", "type=bind,src=" + source + ",dst=" + target + ",options=rbind:ro");
  }

  private static void readOnly(Place place, Outcome seen) {
    seen.ran("write", place.run(List.of("--read-only"), "touch", "/x"));
    seen.ran("write elsewhere", place.run(List.of("--read-only"), "touch", "/dev/shm/x"));
    seen.ran("mount", place.run(mount("/etc", "/mnt"), "touch", "/mnt/x"));
  }

  private static void capabilities(Place place, Outcome seen) {
    String[] show = {
      "grep", "-E", "Cap(Eff|Bnd|Prm|Inh|Amb)|NoNewPrivs|Seccomp:", "/proc/self/status"
    };
    seen.ran("default", place.run(List.of(), show));
    seen.ran("more", place.run(List.of("--cap-add", "CAP_SYS_TIME"), show));
    seen.ran("less", place.run(List.of("--cap-drop", "CAP_CHOWN"), show));
    seen.ran("privileged", place.run(List.of("--privileged"), show));
    seen.ran("seccomp", place.run(List.of("--seccomp"), show));
  }

  private static void environment(Place place, Outcome seen) {
    var options = List.of("--env", "A=b c", "--cwd", "/tmp");
    seen.ran("all", place.run(options, "sh", "-c", "env | grep -v HOSTNAME | sort; pwd"));
    seen.ran("limits", place.run(List.of(), "sh", "-c", "ulimit -n; cat /proc/self/oom_score_adj"));
    seen.ran(
        "mounts", place.run(List.of(), "sh", "-c", "cut -d' ' -f2-4 /proc/mounts | sed 's/,.*//'"));
    seen.ran("descriptors", place.run(List.of(), "sh", "-c", "ls /proc/self/fd"));
    // SigIgn is not for comparison: the stock shim passes on what its caller's caller ignored
    seen.ran("signals", place.run(List.of(), "grep", "-E", "Sig(Blk|Cgt)", "/proc/1/status"));
    seen.ran(
        "group and session", place.run(List.of(), "sh", "-c", "cut -d' ' -f1,5,6 /proc/1/stat"));
  }

  private static void namespaces(Place place, Outcome seen) throws Exception {
    String kinds = "net pid mnt uts ipc user cgroup";
    String line = "for k in " + kinds + "; do readlink /proc/self/ns/$k; done";
    for (String option : List.of("--privileged", "--net-host")) {
      var links = place.run(List.of(option), "sh", "-c", line).orThrow().lines().toList();
      for (String kind : kinds.split(" ")) {
        var host = Files.readSymbolicLink(Path.of("/proc/self/ns", kind)).toString();
        seen.say(kind + " " + option, links.contains(host) ? "the host's" : "its own");
      }
    }
  }

  private static void memory(Place place, Outcome seen) {
    var limit = List.of("--memory-limit", "16777216");
    seen.say(
        "alone", place.run(limit, "sh", "-c", "exec dd if=/dev/zero of=/dev/null bs=64M").code());
    var child = place.run(limit, "sh", "-c", "dd if=/dev/zero of=/dev/null bs=64M; echo code $?");
    seen.say("in a child", child.code() + " " + child.out().strip());
  }

  private static void large(Place place, Outcome seen) {
    String line = "dd if=/dev/zero bs=1M count=64 2>/dev/null; echo end >&2";
    var command = String.join("' '", place.running(List.of("--rm"), place.id(), "sh", "-c", line));
    seen.ran("all", Sh.run(List.of("sh", "-c", "'" + command + "' | sha256sum")));
  }

  private static void logFile(Place place, Outcome seen) throws Exception {
    var file = place.stand.root().resolve("out-" + place.id());
    var id =
        place.background(List.of("--log-uri", "file://" + file), "sh", "-c", "echo a; echo b >&2");
    seen.say("status", place.awaitStatus(id, "STOPPED"));
    place.gone(id);
    // two pipes of the stock shim, one descriptor of ours: no order between them
    var lines = Files.readString(file).lines().sorted().toList();
    seen.say("content", lines);
  }

  private static void orphan(Place place, Outcome seen) {
    seen.ran("end", place.run(List.of(), "sh", "-c", "sleep 1000 & echo started"));
  }

  private static void many(Place place, Outcome seen) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> all =
          IntStream.range(0, MANY).mapToObj(i -> threads.submit(() -> oneOf(place, i))).toList();
      for (var one : all) seen.say("one", one.get());
    }
  }

  private static String oneOf(Place place, int number) {
    var ran = place.run(List.of(), "sh", "-c", "echo " + number + "; exit " + number);
    return ran.code() + " " + ran.out().strip() + " " + ran.err().strip();
  }
}
