package dev.theca.stand;

import dev.theca.cli.cri.ContainerConfig;
import dev.theca.cli.cri.CriClient;
import dev.theca.cli.cri.PodConfig;
import dev.theca.kit.stand.Handler;
import dev.theca.kit.stand.Sh;
import dev.theca.kit.stand.Stand;
import dev.theca.wire.grpc.GrpcException;
import dev.theca.wire.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** One handler on one stand, with what a scene needs to use it. */
final class Place {
  private static final AtomicInteger NEXT = new AtomicInteger();

  final Stand stand;
  final Handler handler;
  final CriClient cri;

  Place(Stand stand, Handler handler, CriClient cri) {
    this.stand = stand;
    this.handler = handler;
    this.cri = cri;
  }

  /** The same stand by the other handler; by the stock one when there is no other. */
  Place beside() {
    boolean ours = handler == Handler.STOCK && stand.hasNode();
    return new Place(stand, ours ? Handler.PLAIN : Handler.STOCK, cri);
  }

  /** An id that nobody had before; the same number of characters always. */
  String id() {
    return "c%04d".formatted(NEXT.incrementAndGet());
  }

  /** {@code ctr run} with options, the image, an id, and what to run. */
  List<String> running(List<String> options, String id, String... command) {
    var line = new ArrayList<>(List.of("run", "--runtime", handler.runtime()));
    line.addAll(options);
    line.addAll(List.of(Stand.IMAGE, id));
    line.addAll(Arrays.asList(command));
    return stand.ctr(line.toArray(String[]::new));
  }

  /** Runs to the end. */
  Sh.Ran run(List<String> options, String... command) {
    var all = new ArrayList<>(List.of("--rm"));
    all.addAll(options);
    String id = id();
    var ran = Sh.run(running(all, id, command));
    ctr("container", "rm", id); // ctr leaves it when the task could not be made
    return ran;
  }

  Sh.Ran ctr(String... arguments) {
    return Sh.run(stand.ctr(arguments));
  }

  /** A container that waits, in the background; gone after {@link #gone}. */
  String waiting(String... options) {
    String id = background(List.of(options), "sleep", "1000");
    for (int i = 0; i < 1200 && !program(id).startsWith("sleep"); i++) pause(50);
    return id;
  }

  /** What a task's first process runs: for a moment still the runtime, which hears signals. */
  private String program(String id) {
    for (String line : ctr("task", "list").out().lines().toList()) {
      String[] words = line.strip().split("\\s+");
      if (words.length == 3 && words[0].equals(id))
        return TaskScenes.text(Path.of("/proc", words[1], "cmdline"));
    }
    return "";
  }

  String background(List<String> options, String... command) {
    String id = id();
    var all = new ArrayList<>(List.of("--detach"));
    all.addAll(options);
    Sh.run(running(all, id, command)).orThrow();
    return id;
  }

  /** Kills and removes. */
  void gone(String id) {
    var killed = ctr("task", "rm", "--force", id);
    var removed = ctr("container", "rm", id);
    if (removed.code() != 0) throw new IllegalStateException(killed.err() + removed.err());
  }

  /** {@code ctr task exec}. */
  Sh.Ran exec(String id, String... command) {
    return execWith(new byte[0], List.of(), id, command);
  }

  Sh.Ran execWith(byte[] input, List<String> options, String id, String... command) {
    var line = new ArrayList<>(List.of("task", "exec", "--exec-id", "e" + NEXT.incrementAndGet()));
    line.addAll(options);
    line.add(id);
    line.addAll(Arrays.asList(command));
    return Sh.run(stand.ctr(line.toArray(String[]::new)), input);
  }

  /** Status of a task in containerd's words; empty when there is none. */
  String status(String id) {
    for (String line : ctr("task", "list").out().lines().toList()) {
      String[] words = line.strip().split("\\s+");
      if (words.length == 3 && words[0].equals(id)) return words[2];
    }
    return "";
  }

  /** Waits for a status. */
  String awaitStatus(String id, String wanted) {
    String last = status(id);
    for (int i = 0; i < 600 && !last.equals(wanted); i++) {
      pause(100);
      last = status(id);
    }
    return last;
  }

  /** Whether every case of a long list is tried, or some of them. */
  static boolean whole() {
    return Boolean.getBoolean("theca.stand.whole");
  }

  /** A sandbox in the host's network. */
  PodConfig pod() {
    return pod(true);
  }

  PodConfig pod(boolean hostNetwork) {
    String name = "pod-" + NEXT.incrementAndGet();
    return new PodConfig(
        name,
        name,
        "trial",
        stand.root().resolve("podlogs/" + name).toString(),
        hostNetwork,
        stand.cgroupParent(),
        Map.of(),
        Map.of());
  }

  JsonObject container(PodConfig pod, String... command) {
    return new ContainerConfig("app", Stand.IMAGE, List.of(command), List.of(), Map.of(), "app.log")
        .json(pod.hostNetwork());
  }

  /** The CRI plugin of 1.6 comes up after the socket does. */
  void awaitCri() {
    for (int i = 0; ; i++) {
      try {
        if (cri.conditions().getOrDefault("RuntimeReady", false)) return;
      } catch (GrpcException e) {
        if (i > 600) throw e;
      }
      pause(100);
    }
  }

  String podState(String pod) {
    return cri.call("PodSandboxStatus", JsonObject.builder().put("pod_sandbox_id", pod).build())
        .object("status")
        .flatMap(s -> s.string("state"))
        .orElse("");
  }

  /** Waits for the end of a container; what CRI says of it. */
  String end(String id) {
    var state = cri.containerState(id);
    for (int i = 0; i < 1200 && !state.state().equals("exited"); i++) {
      pause(100);
      state = cri.containerState(id);
    }
    return state.state() + " " + state.exitCode() + " " + state.reason();
  }

  CriClient.Executed criExec(String id, String... command) {
    return cri.exec(id, Duration.ofSeconds(20), command);
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
