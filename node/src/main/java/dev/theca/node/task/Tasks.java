package dev.theca.node.task;

import dev.theca.node.cgroup.OomWatch;
import dev.theca.node.events.Topic;
import dev.theca.node.health.Stages;
import dev.theca.node.pod.BodyRequest;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.rpc.RpcStatus;
import dev.theca.wire.ttrpc.TtrpcCall;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The tasks of one handler, and where each one's events go. */
final class Tasks {
  private final Common common;
  private final TaskIndex index;
  private final Map<String, Task> tasks = new ConcurrentHashMap<>();
  private final Map<String, Announced> announced = new ConcurrentHashMap<>();
  private final Set<String> creating = ConcurrentHashMap.newKeySet();

  Tasks(Common common, TaskIndex index) {
    this.common = common;
    this.index = index;
  }

  OomWatch ooms() {
    return common.ooms();
  }

  Stages stages() {
    return common.stages();
  }

  /** Tells whenever the kernel kills a process of the task for want of memory. */
  void watchMemory(Task task) {
    task.consumption.watch(
        () -> {
          stages().meters().count(Stages.OOM_KILLS);
          publish(task, Topic.OOM, about(task));
        });
  }

  void announce(String key, Announced what) {
    announced.put(key, what);
  }

  /** What was said of a task, or of its sandbox. */
  Announced announced(String namespace, String id, String group) {
    var own = announced.get(namespace + "/" + id);
    return own != null ? own : announced.getOrDefault(namespace + "/" + group, Announced.NOTHING);
  }

  /** Reserves a name while its task is made; to be given back. */
  void reserve(String key) {
    if (!creating.add(key))
      throw Answers.error(RpcStatus.ALREADY_EXISTS, "container " + key + " is being created");
    if (tasks.containsKey(key)) {
      creating.remove(key);
      throw Answers.error(RpcStatus.ALREADY_EXISTS, "container " + key);
    }
  }

  void unreserve(String key) {
    creating.remove(key);
  }

  /** A task is about to be made: whoever comes after this daemon must know. */
  void begin(BodyRequest request) {
    index.add(request.namespace(), request.id(), request.bundle());
  }

  /** It was not made. */
  void giveUp(BodyRequest request) {
    index.remove(request.namespace(), request.id());
  }

  /** A task that was begun. */
  void add(Task task) {
    common.events().retain(task.announced.ttrpcAddress());
    tasks.put(task.key(), task);
  }

  /** False when somebody else removed it. */
  boolean remove(Task task) {
    if (!tasks.remove(task.key(), task)) return false;
    index.remove(task.namespace(), task.id());
    common.events().release(task.announced.ttrpcAddress());
    return true;
  }

  /** Forgets what was said of a task; the last word about it. */
  void forget(String key) {
    announced.remove(key);
  }

  Optional<Task> lookUp(String key) {
    return Optional.ofNullable(tasks.get(key));
  }

  /** The tasks of a pod, its sandbox last. */
  List<Task> group(String namespace, String group) {
    return tasks.values().stream()
        .filter(t -> t.namespace().equals(namespace) && t.group().equals(group))
        .sorted((a, b) -> Boolean.compare(a.id().equals(group), b.id().equals(group)))
        .toList();
  }

  List<Task> all() {
    return List.copyOf(tasks.values());
  }

  /**
   * A request with its namespace. containerd 1.x sends none for calls of its own clients (a shim of
   * its own would know it); then the id must be one that was announced in a single namespace.
   */
  TaskRequest request(TtrpcCall call) {
    var request = TaskRequest.of(call);
    return request.namespace().isEmpty() ? request.in(namespaceOf(request.id())) : request;
  }

  /** Whether an id is known in exactly one namespace. */
  boolean isAnnounced(String id) {
    return namespaces(id).size() == 1;
  }

  private String namespaceOf(String id) {
    var found = namespaces(id);
    if (found.size() == 1) return found.getFirst();
    throw Answers.error(
        RpcStatus.INVALID_ARGUMENT,
        found.isEmpty()
            ? "a namespace is needed; no container " + id + " was announced"
            : "a namespace is needed; container " + id + " is in " + found);
  }

  private List<String> namespaces(String id) {
    return Stream.concat(announced.keySet().stream(), tasks.keySet().stream())
        .filter(key -> key.endsWith("/" + id))
        .map(key -> key.substring(0, key.length() - id.length() - 1))
        .distinct()
        .toList();
  }

  Task find(TaskRequest request) {
    return lookUp(request.key()).orElseThrow(() -> Answers.missing("container not created"));
  }

  TaskProcess process(TaskRequest request) {
    return process(find(request), request.execId());
  }

  static TaskProcess process(Task task, String execId) {
    if (execId.isEmpty()) return task.init;
    var added = task.added.get(execId);
    if (added == null) throw Answers.missing("process does not exist " + execId);
    return added;
  }

  void publish(Task task, Topic topic, ProtoWriter event) {
    common
        .events()
        .publish(task.announced.ttrpcAddress(), task.namespace(), topic, event.toBytes());
  }

  /** The beginning of an event about a task. */
  static ProtoWriter about(Task task) {
    return new ProtoWriter().string(1, task.id());
  }
}
