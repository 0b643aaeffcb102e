package dev.theca.node.events;

import dev.theca.wire.json.JsonObject;
import dev.theca.wire.meter.Meter;
import dev.theca.wire.proto.ProtoWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells each containerd what happened to its tasks, in order. A containerd is known by the address
 * that came with a task's start; several may use this daemon. What cannot be told is kept and told
 * later: containerd may be restarting for minutes.
 */
public final class Events implements AutoCloseable {
  /** Events that nobody took. */
  public static final String LOST = "theca_node_events_lost_total";

  private final Meter meter;
  private final Map<String, EventQueue> queues = new HashMap<>();
  private boolean closed;

  /** Counts what is {@link #LOST}. */
  public Events(Meter meter) {
    this.meter = meter;
  }

  /** A task uses this address from now on; to be given back by {@link #release}. */
  public synchronized void retain(String address) {
    if (address.isEmpty() || closed) return;
    queues.computeIfAbsent(address, a -> new EventQueue(a, meter, this::forget)).users++;
  }

  public synchronized void release(String address) {
    EventQueue queue = queues.get(address);
    if (queue != null && --queue.users == 0) queue.wake();
  }

  /** Queues an event; one whose address is empty, or used by no task, is dropped. */
  public void publish(String address, String namespace, Topic topic, byte[] event) {
    byte[] envelope = envelope(Instant.now(), namespace, topic, event);
    synchronized (this) {
      EventQueue queue = queues.get(address);
      if (queue != null) queue.put(new EventQueue.Item(namespace, topic, envelope));
    }
  }

  private static byte[] envelope(Instant now, String namespace, Topic topic, byte[] event) {
    var envelope =
        new ProtoWriter()
            .message(1, new ProtoWriter().varint(1, now.getEpochSecond()).varint(2, now.getNano()))
            .string(2, namespace)
            .string(3, topic.path)
            .message(4, new ProtoWriter().string(1, topic.type).bytes(2, event));
    return new ProtoWriter().message(1, envelope).toBytes();
  }

  /**
   * An event that was not told yet.
   *
   * @param request encoded as ForwardRequest
   */
  public record Pending(String address, String namespace, String topic, byte[] request) {
    public JsonObject json() {
      return JsonObject.builder()
          .put("address", address)
          .put("namespace", namespace)
          .put("topic", topic)
          .put("request", Base64.getEncoder().encodeToString(request))
          .build();
    }

    public static Pending of(JsonObject json) {
      return new Pending(
          json.requireString("address").orThrow(),
          json.requireString("namespace").orThrow(),
          json.requireString("topic").orThrow(),
          Base64.getDecoder().decode(json.requireString("request").orThrow()));
    }
  }

  /**
   * Stops telling; what is left. An event that is being told may be among it, and is told twice.
   */
  public synchronized List<Pending> leave() {
    closed = true;
    var left = new ArrayList<Pending>();
    for (EventQueue queue : queues.values())
      for (EventQueue.Item item : queue.leave())
        left.add(
            new Pending(queue.address(), item.namespace(), item.topic().name(), item.request()));
    return left;
  }

  /** Goes on with what was left. */
  public synchronized void goOn(List<Pending> left) {
    for (Pending event : left) {
      var queue =
          queues.computeIfAbsent(event.address(), a -> new EventQueue(a, meter, this::forget));
      queue.put(
          new EventQueue.Item(event.namespace(), Topic.valueOf(event.topic()), event.request()));
    }
  }

  /** Lets go of a queue that nobody uses and that is empty; false when it is needed after all. */
  private synchronized boolean forget(EventQueue queue) {
    if (!closed && (queue.users > 0 || !queue.isEmpty())) return false;
    queues.remove(queue.address());
    return true;
  }

  /** Addresses in use or with something left to tell. */
  public synchronized int size() {
    return queues.size();
  }

  @Override
  public synchronized void close() {
    closed = true;
    queues.values().forEach(EventQueue::end);
  }
}
