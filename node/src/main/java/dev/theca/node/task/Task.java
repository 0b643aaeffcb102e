package dev.theca.node.task;

import dev.theca.node.pod.Body;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A container as containerd sees it. */
final class Task {
  final String namespace;
  final String id;
  final Path bundle;
  final Body body;
  final TaskProcess init;
  final Map<String, Added> added = new ConcurrentHashMap<>();

  /** A process that was added by Exec: its OCI description waits for Start. */
  record Added(TaskProcess process, byte[] description) {}

  Task(String namespace, String id, Path bundle, Body body, TaskProcess init) {
    this.namespace = namespace;
    this.id = id;
    this.bundle = bundle;
    this.body = body;
    this.init = init;
  }

  String key() {
    return namespace + "/" + id;
  }
}
