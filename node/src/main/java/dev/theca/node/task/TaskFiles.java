package dev.theca.node.task;

import dev.theca.node.control.LaunchFile;
import dev.theca.node.pod.Body;
import dev.theca.node.pod.BodyRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The notes of a task in its bundle: its state, and what the shim binary must undo when this daemon
 * is gone. A bundle that containerd has deleted meanwhile needs none.
 */
final class TaskFiles {
  private static final System.Logger LOG = System.getLogger("theca.node");

  private static final int SOON_MILLIS = 10;

  private TaskFiles() {}

  /**
   * Writes what is to be undone before anything is done: without it nobody could end a container
   * whose daemon is gone.
   */
  static void prepare(BodyRequest request, Body body) {
    try {
      launch(request.bundle(), body, List.of());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write notes into " + request.bundle(), e);
    }
  }

  /** Writes the state for the first time. */
  static void begin(Task task) {
    synchronized (task.body) {
      try {
        state(task).write(task.request.bundle());
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write notes into " + task.request.bundle(), e);
      }
    }
  }

  /** Nothing is to be undone any more. */
  static void undone(Task task) {
    try {
      LaunchFile.delete(task.request.bundle());
    } catch (IOException e) {
      failed(task, e);
    }
  }

  /** Writes the state as it is now, unless the task is gone. */
  static void save(Task task) {
    Path bundle = task.request.bundle();
    synchronized (task.body) {
      if (task.isRemoved()) return;
      task.unsaved.set(false);
      try {
        state(task).write(bundle);
      } catch (IOException | RuntimeException e) {
        if (Files.exists(bundle)) failed(task, e);
      }
    }
  }

  /**
   * As {@link #save}, a moment later and once for all that happened until then: for what nobody
   * misses who takes over after a death of this daemon in that moment.
   */
  static void saveSoon(Task task) {
    if (task.unsaved.compareAndSet(false, true))
      Thread.ofVirtual().name("save").start(() -> saveUnsaved(task));
  }

  private static void saveUnsaved(Task task) {
    try {
      Thread.sleep(SOON_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (task.unsaved.get()) save(task);
  }

  /** Waits for whoever writes; nobody does afterwards, when containerd removes the bundle. */
  static void end(Task task) {
    synchronized (task.body) {
      task.removed();
      try {
        TaskState.end(task.request.bundle());
      } catch (IOException e) {
        failed(task, e);
      }
    }
  }

  /** Writes what is to be undone; {@code pod} names the pod's other containers. */
  static void launch(Task task, List<String> pod) {
    try {
      launch(task.request.bundle(), task.body, pod);
    } catch (NoSuchFileException e) {
      return; // the bundle is gone
    } catch (IOException | RuntimeException e) {
      failed(task, e);
    }
  }

  private static void launch(Path bundle, Body body, List<String> pod) throws IOException {
    var runc = body.runc();
    Path root = runc.root().getParent();
    var undo = body.undo();
    LaunchFile.write(
        bundle,
        runc.program(),
        root == null ? runc.root() : root,
        undo.containers(),
        undo.mounts(),
        undo.folders(),
        pod);
  }

  private static void failed(Task task, Exception e) {
    LOG.log(
        System.Logger.Level.ERROR,
        "stage=state container=" + task.id() + " outcome=fault reason=\"" + e + "\"");
  }

  private static TaskState state(Task task) {
    var runc = task.body.runc();
    return new TaskState(
        task.namespace(),
        task.id(),
        task.group(),
        task.request.spec().cri("container-type").orElse("single"),
        runc.program(),
        runc.root(),
        runc.options().systemdCgroup(),
        runc.options().ioUid(),
        runc.options().ioGid(),
        task.body.work(),
        task.request.rootfs(),
        task.consumption.paths(),
        task.announced,
        task.body.undo().containers(),
        member(task.init),
        task.added.values().stream().map(TaskFiles::member).toList());
  }

  private static TaskState.Member member(TaskProcess process) {
    return new TaskState.Member(
        process.execId,
        process.status().word,
        process.pid(),
        process.startTicks(),
        process.stdio,
        process.status() == Status.CREATED ? process.description : new byte[0],
        process.ended());
  }
}
