package dev.theca.stand;

import dev.theca.kit.stand.Sh;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Containers that live, by {@code ctr task}. */
final class TaskScenes {
  private static final String TRAP =
      "trap 'echo got it; exit 9' %s; echo ready; while :; do sleep 0.05; done";

  /** A terminal gets its size a moment after its process has begun; ctr may lose its last words. */
  private static final String RESIZED =
      "for i in $(seq 100); do [ \"$(stty size 2>&1)\" = '33 77' ] && break; sleep 0.1; done; stty size";

  /** A shell's wait for what a container has done. */
  static final String DONE = "until [ -e /done ]; do sleep 0.1; done";

  private TaskScenes() {}

  static List<Scene> all() {
    return List.of(
        new Scene("exec: output, input, errors", TaskScenes::exec),
        new Scene("exit codes by exec", TaskScenes::codes),
        new Scene("signals", TaskScenes::signals),
        new Scene("signals to nobody", TaskScenes::nobody),
        new Scene("pause and resume", TaskScenes::pause),
        new Scene("pid 1 is killed while others run", TaskScenes::initKilled),
        new Scene("the exec process is killed", TaskScenes::execKilled),
        new Scene("statistics", TaskScenes::statistics),
        new Scene("processes", TaskScenes::processes),
        new Scene("deletes in every state", TaskScenes::deletes),
        new Scene("a terminal", TaskScenes::terminal),
        new Scene("large output of an exec and of a terminal", TaskScenes::large),
        new Scene("twenty execs at once", TaskScenes::together),
        new Scene("events in their order", TaskScenes::events),
        new Scene("hooks", Hooks::play));
  }

  private static void exec(Place place, Outcome seen) {
    String id = place.waiting("--env", "OF=container");
    try {
      seen.ran("both", place.exec(id, "sh", "-c", "echo out $OF; echo err >&2; exit 4"));
      seen.ran("input", place.execWith(new byte[1 << 20], List.of(), id, "wc", "-c"));
      for (String user : List.of("0", "1234", "1234:1300", "77:78"))
        seen.ran(user, place.execWith(new byte[0], List.of("--user", user), id, "id"));
      seen.ran("folder", place.execWith(new byte[0], List.of("--cwd", "/tmp"), id, "pwd"));
      seen.ran("missing program", place.exec(id, "/nonsense"));
      seen.ran(
          "missing folder", place.execWith(new byte[0], List.of("--cwd", "/nonsense"), id, "pwd"));
      seen.ran("after a failure", place.exec(id, "echo", "still here"));
      seen.ran("the same id twice", place.ctr("task", "exec", "--exec-id", "twice", id, "true"));
      seen.ran("the same id again", place.ctr("task", "exec", "--exec-id", "twice", id, "true"));
      seen.ran("unknown container", place.ctr("task", "exec", "--exec-id", "x", "nobody", "true"));
      seen.ran("descriptors", place.exec(id, "ls", "/proc/self/fd"));
      seen.ran("rights", place.exec(id, "grep", "-E", "Cap|SigBlk|NoNew", "/proc/self/status"));
    } finally {
      place.gone(id);
    }
  }

  private static void codes(Place place, Outcome seen) throws Exception {
    String id = place.waiting();
    try (var threads = Executors.newFixedThreadPool(4)) {
      var all =
          IntStream.range(0, 256)
              .filter(code -> Place.whole() || code % 15 == 0 || code == 1 || code == 128)
              .mapToObj(
                  code -> threads.submit(() -> place.exec(id, "sh", "-c", "exit " + code).code()))
              .toList();
      for (var code : all) seen.say("exit", code.get());
    } finally {
      place.gone(id);
    }
  }

  private static void signals(Place place, Outcome seen) {
    for (String signal : List.of("TERM", "INT", "HUP", "USR1", "15")) {
      var log = place.stand.root().resolve("trap-" + place.id());
      String id =
          place.background(
              List.of("--log-uri", "file://" + log),
              "sh",
              "-c",
              TRAP.formatted(signal.equals("15") ? "TERM" : signal));
      awaitText(log, "ready");
      seen.ran("send " + signal, place.ctr("task", "kill", "--signal", signal, id));
      seen.say("status " + signal, place.awaitStatus(id, "STOPPED"));
      seen.ran("code " + signal, place.ctr("task", "delete", id));
      place.ctr("container", "rm", id);
      seen.say("output " + signal, text(log));
    }
    String id = place.waiting();
    seen.ran("ignored by pid 1", place.ctr("task", "kill", "--signal", "TERM", id));
    seen.say("still", place.status(id));
    seen.ran("kill", place.ctr("task", "kill", "--signal", "KILL", id));
    seen.say("status", place.awaitStatus(id, "STOPPED"));
    seen.ran("code", place.ctr("task", "delete", id));
    place.ctr("container", "rm", id);
    String all = place.background(List.of(), "sh", "-c", "sleep 1000 & sleep 1000 & wait");
    seen.ran("all", place.ctr("task", "kill", "--all", "--signal", "KILL", all));
    seen.say("status of all", place.awaitStatus(all, "STOPPED"));
    seen.ran("code of all", place.ctr("task", "delete", all));
    place.ctr("container", "rm", all);
  }

  private static void nobody(Place place, Outcome seen) {
    seen.ran("unknown", place.ctr("task", "kill", "nobody"));
    String id = place.background(List.of(), "true");
    seen.say("status", place.awaitStatus(id, "STOPPED"));
    seen.ran("ended", place.ctr("task", "kill", id));
    seen.ran("exec in the ended", place.exec(id, "true"));
    seen.ran("pause of the ended", place.ctr("task", "pause", id));
    seen.ran("unknown exec", place.ctr("task", "kill", "--exec-id", "nobody", id));
    place.gone(id);
    String lives = place.waiting();
    seen.ran("unknown exec of the living", place.ctr("task", "kill", "--exec-id", "nobody", lives));
    seen.ran("no signal", place.ctr("task", "kill", "--signal", "100", lives));
    seen.ran("no signal to all", place.ctr("task", "kill", "--all", "--signal", "100", lives));
    place.gone(lives);
  }

  private static void pause(Place place, Outcome seen) {
    String id = place.waiting();
    seen.ran("resume what runs", place.ctr("task", "resume", id));
    seen.ran("pause", place.ctr("task", "pause", id));
    seen.say("status", place.status(id));
    seen.ran("exec", place.exec(id, "true"));
    seen.ran("delete", place.ctr("task", "delete", id));
    seen.ran("pause twice", place.ctr("task", "pause", id));
    seen.ran("resume", place.ctr("task", "resume", id));
    seen.say("status", place.status(id));
    seen.ran("exec after", place.exec(id, "echo", "alive"));
    seen.ran("pause again", place.ctr("task", "pause", id));
    seen.ran("kill", place.ctr("task", "kill", "--signal", "KILL", id));
    // a runtime that does not thaw what it kills leaves it as it is
    for (int i = 0; i < 100 && !place.status(id).equals("STOPPED"); i++) Place.pause(50);
    seen.ran("resume after kill", place.ctr("task", "resume", id));
    seen.say("status at the end", place.awaitStatus(id, "STOPPED"));
    seen.ran("code", place.ctr("task", "delete", id));
    place.ctr("container", "rm", id);
  }

  private static void initKilled(Place place, Outcome seen) throws Exception {
    String id = place.waiting();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = threads.submit(() -> place.exec(id, "sleep", "1000"));
      var second = threads.submit(() -> place.exec(id, "sh", "-c", "sleep 1000; true"));
      awaitExecs(place, id, 2);
      seen.ran("kill", place.ctr("task", "kill", "--signal", "KILL", id));
      seen.say("status", place.awaitStatus(id, "STOPPED"));
      seen.say("first exec", first.get().code());
      seen.say("second exec", second.get().code());
    }
    seen.ran("code", place.ctr("task", "delete", id));
    place.ctr("container", "rm", id);
  }

  private static void execKilled(Place place, Outcome seen) throws Exception {
    String id = place.waiting();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var exec =
          threads.submit(() -> place.ctr("task", "exec", "--exec-id", "long", id, "sleep", "1000"));
      awaitExecs(place, id, 1);
      seen.ran("no signal", place.ctr("task", "kill", "--exec-id", "long", "--signal", "99", id));
      seen.ran("kill", place.ctr("task", "kill", "--exec-id", "long", "--signal", "KILL", id));
      seen.say("exec", exec.get().code());
      seen.say("container", place.status(id));
    } finally {
      place.gone(id);
    }
  }

  /** How many lines {@code ctr task ps} has, without its head. */
  private static int count(Place place, String id) {
    return (int) place.ctr("task", "ps", id).out().lines().skip(1).count();
  }

  private static void awaitProcesses(Place place, String id, int wanted) {
    for (int i = 0; i < 1200 && count(place, id) < wanted; i++) Place.pause(50);
  }

  /**
   * Until the shim knows the processes of as many execs. What else is in the group may be a runtime
   * that has not become the program yet, and ends otherwise.
   */
  private static void awaitExecs(Place place, String id, int wanted) {
    for (int i = 0; i < 1200 && execs(place, id) < wanted; i++) Place.pause(50);
  }

  private static long execs(Place place, String id) {
    var processes = place.ctr("task", "ps", id).out().lines().skip(1);
    return processes.filter(line -> !line.strip().endsWith("-")).count(); // number, what of it
  }

  private static void statistics(Place place, Outcome seen) {
    String id =
        place.background(
            List.of("--memory-limit", "67108864"),
            "sh",
            "-c",
            "dd if=/dev/zero of=/dev/null bs=1M count=1000; seq 1 1000000 >/dev/null;"
                + " touch /done; sleep 1000");
    try {
      seen.say("done", place.exec(id, "sh", "-c", DONE).code());
      Place.pause(2500); // the kernel adds small numbers up every two seconds
      var ran = place.ctr("task", "metrics", "--format", "json", id);
      seen.say("code", ran.code());
      seen.say(
          "members that are not zero, without those of the moment",
          java.util.regex.Pattern.compile(
                  "\"(usage|limit|total|user|kernel|current|rss|pgfault|total_rss|usage_usec|hierarchical_memory_limit)\":\\{?\"?[1-9]")
              .matcher(ran.out())
              .results()
              .map(m -> m.group(1))
              .collect(Collectors.toCollection(java.util.TreeSet::new)));
      seen.say(
          "columns",
          place.ctr("task", "metrics", id).out().lines().map(l -> l.split("\\s+")[0]).toList());
      seen.say("limit", place.ctr("task", "metrics", id).out().contains("67108864"));
    } finally {
      place.gone(id);
    }
  }

  private static void processes(Place place, Outcome seen) {
    String id = place.background(List.of(), "sh", "-c", "sleep 1000 & sleep 1000; true");
    try {
      awaitProcesses(place, id, 3);
      seen.say("count", count(place, id));
      seen.say("status", place.status(id));
    } finally {
      place.gone(id);
    }
  }

  private static void deletes(Place place, Outcome seen) {
    String id = place.waiting();
    seen.ran("running", place.ctr("task", "delete", id));
    seen.ran("container of a task", place.ctr("container", "rm", id));
    seen.ran("forced", place.ctr("task", "delete", "--force", id));
    seen.ran("again", place.ctr("task", "delete", id));
    seen.ran("container", place.ctr("container", "rm", id));
    String ended = place.background(List.of(), "sh", "-c", "exit 5");
    seen.say("status", place.awaitStatus(ended, "STOPPED"));
    seen.ran("ended", place.ctr("task", "delete", ended));
    seen.ran("start again", Sh.run(place.stand.ctr("task", "start", "--detach", ended)));
    seen.say("status", place.awaitStatus(ended, "STOPPED"));
    seen.ran("ended again", place.ctr("task", "delete", ended));
    seen.ran("container", place.ctr("container", "rm", ended));
  }

  private static void terminal(Place place, Outcome seen) {
    String id = place.waiting();
    try {
      seen.ran(
          "run",
          onTerminal(
              place.running(
                  List.of("--rm", "-t"),
                  place.id(),
                  "sh",
                  "-c",
                  "tty; " + RESIZED + "; echo err >&2; sleep 1; exit 3")));
      seen.ran(
          "exec",
          onTerminal(
              place.stand.ctr(
                  "task",
                  "exec",
                  "-t",
                  "--exec-id",
                  "tty",
                  id,
                  "sh",
                  "-c",
                  "tty; " + RESIZED + "; sleep 1; exit 6")));
      seen.ran(
          "user's",
          onTerminal(
              place.stand.ctr(
                  "task",
                  "exec",
                  "-t",
                  "--user",
                  "1234",
                  "--exec-id",
                  "tty2",
                  id,
                  "sh",
                  "-c",
                  "sleep 1; echo x > /dev/tty; ls -ln $(tty) | cut -d' ' -f1-4")));
      seen.ran(
          "missing",
          onTerminal(place.stand.ctr("task", "exec", "-t", "--exec-id", "tty3", id, "/nonsense")));
    } finally {
      place.gone(id);
    }
  }

  /** A command on a terminal of 33 rows and 77 columns; the output as that terminal shows it. */
  private static Sh.Ran onTerminal(List<String> command) {
    String quoted =
        command.stream()
            .map(w -> "'" + w.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "));
    return Sh.run(
        List.of("script", "-qec", "stty rows 33 cols 77; sleep 0.1; " + quoted, "/dev/null"));
  }

  private static void large(Place place, Outcome seen) {
    String id = place.waiting();
    String line = "dd if=/dev/zero bs=1M count=64 2>/dev/null";
    try {
      String exec =
          String.join(
              "' '", place.stand.ctr("task", "exec", "--exec-id", "large", id, "sh", "-c", line));
      seen.ran("exec", Sh.run(List.of("sh", "-c", "'" + exec + "' | sha256sum")));
      var shown =
          onTerminal(
              place.stand.ctr(
                  "task", "exec", "-t", "--exec-id", "wide", id, "sh", "-c", "seq 1 200000"));
      seen.say(
          "terminal",
          shown.code()
              + " "
              + shown.out().lines().count()
              + " "
              + shown.out().strip().endsWith("200000"));
    } finally {
      place.gone(id);
    }
  }

  private static void together(Place place, Outcome seen) throws Exception {
    String id = place.waiting();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all =
          IntStream.range(0, 20)
              .mapToObj(
                  i ->
                      threads.submit(() -> place.exec(id, "sh", "-c", "echo " + i + "; exit " + i)))
              .toList();
      for (var one : all) seen.ran("one", one.get());
    } finally {
      place.gone(id);
    }
  }

  private static void events(Place place, Outcome seen) throws Exception {
    var file = place.stand.root().resolve("events-" + place.id());
    var builder = new ProcessBuilder(place.stand.ctr("events"));
    var events = builder.redirectOutput(file.toFile()).start();
    try {
      awaitAny(place, file);
      String id = place.waiting();
      place.exec(id, "sh", "-c", "exit 7");
      place.ctr("task", "pause", id);
      place.ctr("task", "resume", id);
      place.gone(id);
      awaitText(file, "/tasks/delete {\"container_id\":\"" + id);
      Place.pause(200);
      text(file)
          .lines()
          .filter(l -> l.contains(" /tasks/") && l.contains("\"" + id + "\""))
          .forEach(
              l ->
                  seen.say(
                      "event",
                      l.substring(l.indexOf("/tasks/"))
                          .replaceAll(
                              "\"(pid|exited_at|bundle|rootfs|io)\":(\"[^\"]*\"|[0-9]+|\\[[^\\]]*\\]|\\{[^}]*\\})",
                              "\"$1\"")));
    } finally {
      events.destroy();
      events.waitFor();
    }
  }

  /** Until a listener hears something: it takes its time to begin. */
  private static void awaitAny(Place place, java.nio.file.Path file) {
    for (int i = 0; i < 600 && text(file).isEmpty(); i++) {
      place.ctr("namespaces", "label", place.stand.name(), "trial=" + i);
      Place.pause(50);
    }
  }

  static String text(java.nio.file.Path file) {
    try {
      return java.nio.file.Files.readString(file);
    } catch (java.io.IOException e) {
      return "";
    }
  }

  private static void awaitText(java.nio.file.Path file, String wanted) {
    for (int i = 0; i < 1200 && !text(file).contains(wanted); i++) Place.pause(50);
  }
}
