package dev.theca.bench.node;

import dev.theca.cli.cri.ContainerConfig;
import dev.theca.cli.cri.CriClient;
import dev.theca.cli.cri.PodConfig;
import dev.theca.kit.stand.Handler;
import dev.theca.kit.stand.Sh;
import dev.theca.kit.stand.Stand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** What is timed, done by one handler. */
final class Contender {
  private static final AtomicInteger NEXT = new AtomicInteger();

  private final Stand stand;
  private final Handler handler;

  Contender(Stand stand, Handler handler) {
    this.stand = stand;
    this.handler = handler;
  }

  private List<String> command(String id, List<String> options, String... program) {
    var line = new ArrayList<>(List.of("run", "--runtime", handler.runtime()));
    line.addAll(options);
    line.addAll(List.of(Stand.IMAGE, id));
    line.addAll(List.of(program));
    return stand.ctr(line.toArray(String[]::new));
  }

  /** {@code ctr run --rm IMAGE true}, from start to end. */
  double run() {
    long begin = System.nanoTime();
    Sh.run(command("b" + NEXT.incrementAndGet(), List.of("--rm"), "true")).orThrow();
    return millis(begin);
  }

  /** Several of them at once, until the last has ended. */
  double parallel(int count) throws Exception {
    long begin = System.nanoTime();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Future<Double>>();
      for (int i = 0; i < count; i++) all.add(threads.submit(this::run));
      for (var one : all) one.get();
    }
    return millis(begin);
  }

  /** The life of a pod; each step's name and milliseconds. */
  void pod(CriClient cri, BiConsumer<String, Double> step) {
    String name = "bench-" + NEXT.incrementAndGet();
    var logs = stand.root().resolve("podlogs/" + name).toString();
    var pod =
        new PodConfig(name, name, "bench", logs, true, "/" + stand.name(), Map.of(), Map.of());
    var container =
        new ContainerConfig(
            "app", Stand.IMAGE, List.of("sleep", "1000"), List.of(), Map.of(), "app.log");
    long begin = System.nanoTime();
    String podId = cri.runPod(pod, handler.cri());
    begin = said(step, "RunPodSandbox", begin);
    String id = cri.createContainer(podId, container, pod);
    begin = said(step, "CreateContainer", begin);
    cri.startContainer(id);
    begin = said(step, "StartContainer", begin);
    var executed = cri.exec(id, Duration.ofSeconds(20), "true");
    if (executed.exitCode() != 0) throw new IllegalStateException(executed.err());
    begin = said(step, "ExecSync", begin);
    cri.stopContainer(id, Duration.ZERO);
    begin = said(step, "StopContainer", begin);
    cri.removeContainer(id);
    begin = said(step, "RemoveContainer", begin);
    cri.stopPod(podId);
    cri.removePod(podId);
    said(step, "stop and remove the pod", begin);
  }

  private static long said(BiConsumer<String, Double> step, String name, long begin) {
    step.accept(name, millis(begin));
    return System.nanoTime();
  }

  /** Containers that wait; their ids. */
  List<String> keep(int count) {
    var ids = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      String id = "k" + NEXT.incrementAndGet();
      Sh.run(command(id, List.of("--detach"), "sleep", "1000")).orThrow();
      ids.add(id);
    }
    return ids;
  }

  void drop(List<String> ids) {
    for (String id : ids) {
      Sh.run(stand.ctr("task", "rm", "--force", id)).orThrow();
      Sh.run(stand.ctr("container", "rm", id)).orThrow();
    }
  }

  private static double millis(long begin) {
    return (System.nanoTime() - begin) / 1e6;
  }
}
