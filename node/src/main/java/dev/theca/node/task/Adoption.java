package dev.theca.node.task;

import dev.theca.linux.ChildProcess;
import dev.theca.linux.LinuxException;
import dev.theca.linux.ProcessStat;
import dev.theca.node.control.ShimCalls;
import dev.theca.node.io.Kept;
import dev.theca.node.io.ProcessIo;
import dev.theca.node.pod.Bodies;
import dev.theca.node.pod.Body;
import dev.theca.node.pod.BodyRequest;
import dev.theca.node.pod.Left;
import dev.theca.node.pod.Spec;
import dev.theca.node.runc.RuncOptions;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tasks on their way from one daemon to the next, or from one that died. */
final class Adoption {
  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final String NEVER_MADE =
      "its daemon died while it was made; what was begun is removed, containerd makes it again";

  private final Tasks tasks;
  private final Bodies bodies;
  private final Endings endings;
  private final TaskIndex index;

  Adoption(Tasks tasks, Bodies bodies, Endings endings, TaskIndex index) {
    this.tasks = tasks;
    this.bodies = bodies;
    this.endings = endings;
    this.index = index;
  }

  /** {@code remains} ends what was begun and is no task yet. */
  void adopt(Map<String, Kept> kept, Map<String, JsonObject> left, ShimCalls.Remains remains) {
    for (Found one : found(remains)) {
      try {
        adopt(one.bundle(), one.state(), kept, left);
      } catch (IOException | RuntimeException e) {
        LOG.log(
            System.Logger.Level.ERROR,
            "stage=adopt outcome=fault container=" + one.state().id(),
            e);
      }
    }
  }

  private record Found(Path bundle, TaskState state) {}

  /** All that can be read, pods before their containers. */
  private List<Found> found(ShimCalls.Remains remains) {
    var all = new ArrayList<Found>();
    for (Path link : index.all()) {
      try {
        Path bundle = Files.readSymbolicLink(link);
        var state = TaskState.read(bundle);
        if (state instanceof Outcome.Granted<Optional<TaskState>>(var known) && known.isPresent()) {
          all.add(new Found(bundle, known.get()));
        } else {
          LOG.log(
              System.Logger.Level.WARNING,
              "stage=adopt bundle=%s outcome=dropped reason=\"%s\""
                  .formatted(bundle, state.isGranted() ? NEVER_MADE : state));
          String[] name = TaskIndex.name(link);
          remains.remove(name[0], name[1], bundle);
          forget(bundle);
          TaskIndex.remove(link);
        }
      } catch (IOException | RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "stage=adopt outcome=fault task=" + link, e);
      }
    }
    all.sort(Comparator.comparing(one -> !one.state().id().equals(one.state().group())));
    return all;
  }

  /**
   * containerd 1.x would keep the folder of a task that was never made, and show nobody how to
   * remove it. What lies deeper than one folder is not of such a bundle, and stays.
   */
  private static void forget(Path bundle) throws IOException {
    if (!Files.isDirectory(bundle)) return;
    try (var entries = Files.newDirectoryStream(bundle)) {
      for (Path entry : entries) Files.deleteIfExists(entry);
    }
    Files.deleteIfExists(bundle);
  }

  private void adopt(
      Path bundle, TaskState state, Map<String, Kept> kept, Map<String, JsonObject> left)
      throws IOException {
    Path root = state.root().getParent();
    var options =
        new RuncOptions(
            state.runc().toString(),
            root == null ? "" : root.toString(),
            state.systemdCgroup(),
            false,
            false,
            state.ioUid(),
            state.ioGid());
    var request =
        new BodyRequest(
            state.namespace(), state.id(), bundle, Spec.read(bundle), state.rootfs(), options);
    String key = state.namespace() + "/" + state.id();
    Outcome<Body> body = bodies.adopt(request, Optional.ofNullable(left.get(key)));
    if (body instanceof Outcome.Refused<Body>(var reasons)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "stage=adopt container=%s outcome=refused reason=\"%s\""
              .formatted(state.id(), reasons.getFirst()));
      index.remove(state.namespace(), state.id());
      return;
    }
    tasks.announce(key, state.announced());
    var init = process(key, state.init(), kept);
    var task =
        new Task(
            request,
            state.announced(),
            body.orThrow(),
            init,
            Consumption.at(state.cgroup(), tasks.ooms()));
    for (var member : state.added()) {
      var added = process(key, member, kept);
      task.added.put(added.execId, added);
    }
    tasks.add(task);
    begin(task, state);
    LOG.log(
        System.Logger.Level.INFO,
        "stage=adopt pod=%s container=%s status=%s outcome=adopted"
            .formatted(task.group(), task.id(), init.status().word));
  }

  private static TaskProcess process(String key, TaskState.Member member, Map<String, Kept> kept) {
    boolean runs = member.pid() != 0 && member.exit().isEmpty();
    return TaskProcess.adopted(
        member, runs ? io(kept.get(key + "/" + member.execId()), member) : Optional.empty());
  }

  /** Streams that cannot be had again are no reason to give a process up. */
  private static Optional<ProcessIo> io(
      @org.jspecify.annotations.Nullable Kept left, TaskState.Member member) {
    try {
      return Optional.of(
          left == null ? ProcessIo.reopen(member.stdio()) : ProcessIo.goOn(member.stdio(), left));
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "stage=adopt streams of " + member.pid(), e);
      return Optional.empty();
    }
  }

  private void begin(Task task, TaskState state) {
    if (task.init.status() != Status.CREATED && task.init.status() != Status.STOPPED)
      tasks.watchMemory(task);
    for (var member : state.added()) {
      TaskProcess added = task.added.get(member.execId());
      if (added != null) follow(task, added, member);
    }
    follow(task, task.init, state.init());
  }

  /** Follows what lives; an end that nobody saw is one of unknown status. */
  private void follow(Task task, TaskProcess process, TaskState.Member was) {
    if (was.exit().isPresent()) {
      process.exit.complete(was.exit().get());
      return;
    }
    if (was.pid() == 0) return;
    var now = ProcessStat.of(was.pid()).filter(s -> s.startTicks() == was.startTicks());
    if (now.isPresent()) {
      boolean ours = now.get().parent() == ProcessHandle.current().pid();
      if (now.get().hasEnded() && !ours) {
        endings.gone(task, process, now.get().exitCode());
        return;
      }
      try {
        var child = ChildProcess.hold(was.pid());
        process.runs(child);
        endings.follow(task, process, child);
        return;
      } catch (LinuxException e) {
        LOG.log(System.Logger.Level.DEBUG, "it ended this moment: " + e.getMessage());
      }
    }
    endings.gone(task, process, Exit.NEVER_RAN);
  }

  /** What stands behind the tasks, by task; after {@link #leave}. */
  Map<String, Left> bodies() {
    var left = new LinkedHashMap<String, Left>();
    for (Task task : tasks.all()) task.body.leave().ifPresent(l -> left.put(task.key(), l));
    return left;
  }

  /** Lets go of streams and says where; when all is settled. */
  Map<String, Kept> leave() {
    var left = new LinkedHashMap<String, Kept>();
    for (Task task : tasks.all()) {
      for (TaskProcess process : processes(task)) {
        if (process.pid() == 0 || process.ended().isPresent()) continue;
        process.io().ifPresent(io -> left.put(TaskService.name(task, process), io.leave()));
      }
      TaskFiles.save(task);
    }
    return left;
  }

  /** Whether every process that has not been told ended is there still, if only as a zombie. */
  boolean isSettled() {
    for (Task task : tasks.all()) {
      for (TaskProcess process : processes(task)) {
        if (process.pid() == 0 || process.ended().isPresent()) continue;
        var now = ProcessStat.of(process.pid());
        if (now.isEmpty() || now.get().startTicks() != process.startTicks()) return false;
      }
    }
    return true;
  }

  private static List<TaskProcess> processes(Task task) {
    var all = new ArrayList<>(task.added.values());
    all.add(task.init);
    return all;
  }
}
