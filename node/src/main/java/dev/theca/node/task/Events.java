package dev.theca.node.task;

import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.ttrpc.TtrpcClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Tells containerd what happened to tasks, in order. Each containerd (address) has its own queue; a
 * lost connection is opened again, with growing patience.
 */
final class Events {
  private record Item(String namespace, byte[] envelope) {}

  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int TRIES = 8;
  private static final int QUEUE = 4096;

  private final Map<String, LinkedBlockingQueue<Item>> queues = new ConcurrentHashMap<>();

  /** {@code address} is the socket that came with the start of the task; empty drops the event. */
  void publish(String address, String namespace, String topic, String type, ProtoWriter event) {
    if (address.isEmpty()) return;
    var now = Instant.now();
    var envelope =
        new ProtoWriter()
            .message(1, new ProtoWriter().varint(1, now.getEpochSecond()).varint(2, now.getNano()))
            .string(2, namespace)
            .string(3, topic)
            .message(
                4,
                new ProtoWriter().string(1, "containerd.events." + type).bytes(2, event.toBytes()));
    var queue = queues.computeIfAbsent(address, this::sender);
    if (!queue.offer(new Item(namespace, new ProtoWriter().message(1, envelope).toBytes())))
      LOG.log(System.Logger.Level.ERROR, "stage=events outcome=dropped topic=" + topic);
  }

  private LinkedBlockingQueue<Item> sender(String address) {
    var queue = new LinkedBlockingQueue<Item>(QUEUE);
    Thread.ofVirtual().name("events").start(() -> send(address, queue));
    return queue;
  }

  private static void send(String address, LinkedBlockingQueue<Item> queue) {
    Optional<TtrpcClient> client = Optional.empty();
    try {
      while (true) {
        Item item = queue.take();
        for (int attempt = 0; ; attempt++) {
          try {
            if (client.isEmpty() || client.get().ended())
              client = Optional.of(TtrpcClient.connect(Path.of(address)));
            byte[] unused =
                client
                    .get()
                    .call(
                        "containerd.services.events.ttrpc.v1.Events",
                        "Forward",
                        item.envelope(),
                        LIMIT,
                        Map.of("containerd-namespace-ttrpc", item.namespace()));
            break;
          } catch (RuntimeException e) {
            client.ifPresent(TtrpcClient::close);
            client = Optional.empty();
            if (attempt == TRIES) {
              LOG.log(System.Logger.Level.WARNING, "stage=events outcome=lost " + e.getMessage());
              break;
            }
            TimeUnit.MILLISECONDS.sleep(attempt == 0 ? 0 : 50L << attempt);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
