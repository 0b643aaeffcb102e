package dev.theca.node.task;

import dev.theca.node.pod.Body;
import dev.theca.node.pod.BodyRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/** A container as containerd sees it. */
final class Task {
  final BodyRequest request;
  final Announced announced;
  final Body body;
  final TaskProcess init;
  final Map<String, TaskProcess> added = new ConcurrentHashMap<>();
  final Consumption consumption;

  /**
   * Held by whoever starts, pauses, resumes, updates or deletes the container, also while the
   * runtime works; never by State, Wait and Kill, and never during Create.
   */
  final ReentrantLock operation = new ReentrantLock();

  /** Something is to be written down soon. */
  final AtomicBoolean unsaved = new AtomicBoolean();

  private boolean closing;
  private volatile boolean removed;

  Task(BodyRequest request, Announced announced, Body body, TaskProcess init, Consumption used) {
    this.request = request;
    this.announced = announced;
    this.body = body;
    this.init = init;
    this.consumption = used;
  }

  String namespace() {
    return request.namespace();
  }

  String id() {
    return request.id();
  }

  String key() {
    return namespace() + "/" + id();
  }

  /** The pod's sandbox, or what else groups containers; alone it is its own. */
  String group() {
    return request.spec().group().orElse(id());
  }

  /** Init has ended: no further process may start. Those that run, or are being started. */
  synchronized List<TaskProcess> close() {
    closing = true;
    return added.values().stream()
        .filter(p -> p.status() == Status.STARTING || p.status() == Status.RUNNING)
        .toList();
  }

  /** Lets an added process start unless init has ended; false when it may not. */
  synchronized boolean mayStart(TaskProcess process) {
    return !closing
        && init.status() == Status.RUNNING
        && process.change(Status.CREATED, Status.STARTING);
  }

  synchronized boolean isClosing() {
    return closing;
  }

  /** It is no task any more: nothing is written about it. */
  void removed() {
    removed = true;
  }

  boolean isRemoved() {
    return removed;
  }
}
