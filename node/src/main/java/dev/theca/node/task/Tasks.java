package dev.theca.node.task;

import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.ttrpc.TtrpcStatus;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The tasks of this node, and where each one's events go. */
final class Tasks {
  private final Events events = new Events();
  private final Map<String, Task> tasks = new ConcurrentHashMap<>();
  private final Map<String, String> addresses = new ConcurrentHashMap<>();
  private final Set<String> creating = ConcurrentHashMap.newKeySet();

  void announce(String key, String ttrpcAddress) {
    addresses.put(key, ttrpcAddress);
  }

  /** Reserves a name while its task is made; to be given back. */
  void reserve(String key) {
    if (tasks.containsKey(key) || !creating.add(key))
      throw Answers.error(TtrpcStatus.ALREADY_EXISTS, "container " + key);
  }

  void unreserve(String key) {
    creating.remove(key);
  }

  void add(Task task) {
    tasks.put(task.key(), task);
  }

  void remove(Task task) {
    tasks.remove(task.key());
  }

  /** Forgets where events go; the last word about a task. */
  void forget(String key) {
    tasks.remove(key);
    addresses.remove(key);
  }

  java.util.Optional<Task> lookUp(String key) {
    return java.util.Optional.ofNullable(tasks.get(key));
  }

  Task find(TaskRequest request) {
    return lookUp(request.key()).orElseThrow(() -> Answers.missing("container " + request.id()));
  }

  TaskProcess process(TaskRequest request) {
    return process(find(request), request.execId());
  }

  static TaskProcess process(Task task, String execId) {
    if (execId.isEmpty()) return task.init;
    var added = task.added.get(execId);
    if (added == null) throw Answers.missing("process " + execId);
    return added.process();
  }

  void publish(Task task, String topic, String type, ProtoWriter event) {
    String address = addresses.getOrDefault(task.key(), "");
    events.publish(address, task.namespace, "/tasks/" + topic, type, event);
  }

  /** Tells of the end of a process; runs when it has ended. */
  void exited(Task task, TaskProcess process) {
    var exit = process.ended().orElseThrow();
    publish(
        task,
        "exit",
        "TaskExit",
        new ProtoWriter()
            .string(1, task.id)
            .string(2, process.execId.isEmpty() ? task.id : process.execId)
            .varint(3, process.pid())
            .varint(4, exit.status())
            .message(5, exit.time()));
  }
}
